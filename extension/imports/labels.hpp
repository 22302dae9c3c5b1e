// Cells that name a row of another table by a label that people know: "customer name" for customer_id.
#pragma once

#include "imports/check.hpp"
#include "pg/spi.hpp"

#include <unordered_map>

namespace rowhouse::imports {

class label_resolver {
public:
    // All of them must outlive it.
    label_resolver(pg::spi& sql, const target& target, const column_mapping& mapping)
        : sql_(sql), target_(target), mapping_(mapping), known_(mapping.written.size()) {}

    // Puts what is to be stored in the place of labels; a label that no row has, or several, becomes a finding. As the
    // owner of the table.
    void resolve(record_chunk& chunk);

private:
    struct answer {
        std::int64_t rows = 0;
        std::string value;
    };
    using answers = std::unordered_map<std::string, answer>;

    void ask(const label_look_up& where, record_chunk& chunk, std::size_t column);
    void report(record_chunk& chunk, std::size_t record, std::size_t column, const answer& found) const;

    pg::spi& sql_;
    const target& target_;
    const column_mapping& mapping_;
    std::vector<answers> known_; // by written column
};

} // namespace rowhouse::imports
