#include "imports/content.hpp"

#include "pg/interrupts.hpp"

#include <algorithm>
#include <cstring>

extern "C" {
#include "access/detoast.h"
#include "utils/datum.h"
}

namespace rowhouse::imports {

namespace {

// Some hundred chunks of a toast table.
constexpr std::size_t slice_bytes = 1 << 20;

bool is_stored_uncompressed(Datum value) {
    const auto* stored = reinterpret_cast<varlena*>(DatumGetPointer(value));
    if (!VARATT_IS_EXTERNAL_ONDISK(stored)) return false;
    varatt_external where;
    VARATT_EXTERNAL_GET_POINTER(where, stored);
    return !VARATT_EXTERNAL_IS_COMPRESSED(where);
}

} // namespace

content::content(Datum value) : value_(value), in_slices_(is_stored_uncompressed(value)) {
    if (!in_slices_) {
        bytes_ = pg::view_of_varlena(value);
        size_ = static_cast<std::int64_t>(bytes_.size());
        return;
    }
    // The argument may go with the call it came with.
    value_ = pg::pg_try([&] { return datumCopy(value, false, -1); });
    size_ = static_cast<std::int64_t>(pg::pg_try([&] { return toast_raw_datum_size(value); })) - VARHDRSZ;
}

std::unique_ptr<csv::reader> content::open(const csv::read_options& options) const {
    if (!in_slices_) return std::make_unique<csv::reader>(bytes_, options);
    return std::make_unique<csv::reader>(
        csv::source{size_, [this](std::int64_t offset, char* to, std::size_t room) { return read(offset, to, room); }},
        options);
}

std::size_t content::read(std::int64_t offset, char* to, std::size_t room) const {
    pg::check_for_interrupts();
    return pg::pg_try([&] {
        auto* slice = PG_DETOAST_DATUM_SLICE(value_, static_cast<std::int32_t>(offset),
                                             static_cast<std::int32_t>(std::min(room, slice_bytes)));
        const std::size_t size = VARSIZE_ANY_EXHDR(slice);
        std::memcpy(to, VARDATA_ANY(slice), size);
        pfree(slice);
        return size;
    });
}

} // namespace rowhouse::imports
