// The bytes of an upload, as a csv::reader takes them.
#pragma once

#include "core/csv.hpp"
#include "pg/datum.hpp"

#include <memory>

namespace rowhouse::imports {

// A bytea. One that is stored out of line as it is, is read in slices and never held as a whole; from a compressed one
// no slice can be had without all that stands before it, so it is held. Lives no longer than the memory context in
// which it was made, and no longer than the transaction.
class content {
public:
    explicit content(Datum value);

    // Reading lets itself be cancelled. A reader must not outlive this.
    std::unique_ptr<csv::reader> open(const csv::read_options& options) const;
    std::int64_t size() const { return size_; }

private:
    std::size_t read(std::int64_t offset, char* to, std::size_t room) const;

    Datum value_;
    std::int64_t size_ = 0;
    bool in_slices_ = false;
    std::string_view bytes_;
};

} // namespace rowhouse::imports
