// Whether a file can have the same key twice, by hashes of its cells: most files have none, and need no statement that
// looks for them.
#pragma once

#include "imports/check.hpp"

namespace rowhouse::imports {

class key_filter {
public:
    // Both must outlive it.
    key_filter(const target& target, const column_mapping& mapping, const unique_key& key);

    void add(record_chunk& chunk);

    // False only where no two records that were added have an equal key, in the sense of the table.
    bool may_repeat();

private:
    // In records. Beyond it the statement is asked, which is slower and needs no more memory for a larger file.
    static constexpr std::size_t most = 1'000'000;

    bool usable_ = true;
    std::vector<std::size_t> columns_; // positions in column_mapping::written
    std::vector<std::uint64_t> hashes_;
};

} // namespace rowhouse::imports
