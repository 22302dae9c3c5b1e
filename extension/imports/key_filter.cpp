#include "imports/key_filter.hpp"

#include "pg/spi.hpp"

#include <algorithm>

extern "C" {
#include "common/hashfn.h"
}

namespace rowhouse::imports {

namespace {

// Whether values of the column are equal only where their texts, in normal form, are.
bool is_equal_by_text(const target& target, const target_column& column) {
    if (column.look_up) return false;
    return pg::pg_try([&] {
        Oid type = InvalidOid;
        std::int32_t modifier = -1;
        Oid collation = InvalidOid;
        get_atttypetypmodcoll(target.table, static_cast<AttrNumber>(column.position), &type, &modifier, &collation);
        switch (type) {
        case TEXTOID:
        case VARCHAROID:
            return get_collation_isdeterministic(collation);
        case INT2OID:
        case INT4OID:
        case INT8OID:
        case UUIDOID:
        case DATEOID:
        case BOOLOID:
            return true;
        default:
            return false;
        }
    });
}

// An empty cell stands for a value.
bool has_default(const target_column& column) {
    return column.not_null && column.default_expression.rfind("NULL::", 0) != 0;
}

// Texts that differ may be the same by the collation of an index.
bool is_plain(const key_part& part) {
    return part.collation.empty() || part.collation == "pg_catalog.\"default\"" ||
           part.collation == "pg_catalog.\"C\"" || part.collation == "pg_catalog.\"POSIX\"";
}

} // namespace

// Owner columns are the same in every record.
key_filter::key_filter(const target& target, const column_mapping& mapping, const unique_key& key) {
    usable_ = key.predicate.empty() && !key.nulls_equal;
    for (const key_part& part : key.parts) {
        const bool owner = std::any_of(target.owners.begin(), target.owners.end(), [&](const given_column& each) {
            return pg::quote_identifier(each.name) == part.expression;
        });
        if (owner) continue;
        const auto written = std::find_if(mapping.written.begin(), mapping.written.end(), [&](std::size_t i) {
            return pg::quote_identifier(target.columns[i].name) == part.expression;
        });
        if (written == mapping.written.end() || !is_equal_by_text(target, target.columns[*written]) ||
            has_default(target.columns[*written]) || !is_plain(part))
            usable_ = false;
        else
            columns_.push_back(static_cast<std::size_t>(written - mapping.written.begin()));
    }
}

void key_filter::add(record_chunk& chunk) {
    if (!usable_) return;
    if (hashes_.size() + chunk.records.size() > most) {
        usable_ = false;
        hashes_ = {};
        return;
    }
    for (std::size_t r = 0; r < chunk.records.size(); r++) {
        std::uint64_t hash = 0;
        bool null = false;
        for (const std::size_t column : columns_) {
            const cell_value& value = chunk.value(r, column);
            if (!value) {
                null = true;
                break;
            }
            hash = hash_bytes_extended(reinterpret_cast<const unsigned char*>(value->data()),
                                       static_cast<int>(value->size()), hash);
        }
        if (!null) hashes_.push_back(hash);
    }
}

bool key_filter::may_repeat() {
    if (!usable_) return true;
    std::sort(hashes_.begin(), hashes_.end());
    return std::adjacent_find(hashes_.begin(), hashes_.end()) != hashes_.end();
}

} // namespace rowhouse::imports
