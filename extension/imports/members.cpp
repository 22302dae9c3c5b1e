#include "imports/members.hpp"

#include <unordered_set>

namespace rowhouse::imports {

namespace {

using records = std::vector<checked_record*>;

// One array for each column of the target, in its order.
pg::parameter column_values(const records& rows, std::size_t column) {
    std::vector<std::string_view> values;
    std::vector<bool> nulls;
    for (const checked_record* row : rows) {
        const auto& value = row->values[column];
        values.push_back(value ? std::string_view(*value) : std::string_view());
        nulls.push_back(!value);
    }
    return {TEXTARRAYOID, pg::make_text_array(values, nulls)};
}

// The keys that are in the table afterwards because of this statement.
std::unordered_set<std::string> insert(pg::spi& sql, const records& rows) {
    sql.run("INSERT INTO rowhouse.members (email, first_name, last_name, role, department, location, phone, status)"
            " SELECT v.*, 'invited'"
            " FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) v"
            " ON CONFLICT (organization_id, email_key) DO NOTHING RETURNING email_key",
            {column_values(rows, 0), column_values(rows, 1), column_values(rows, 2), column_values(rows, 3),
             column_values(rows, 4), column_values(rows, 5), column_values(rows, 6)});
    std::unordered_set<std::string> keys;
    for (std::uint64_t i = 0; i < sql.row_count(); i++)
        keys.insert(*sql.text(i, 1));
    return keys;
}

// An error that would meet every row, or that says nothing about the row: it ends the batch.
bool concerns_batch(int code) {
    for (const int category :
         {ERRCODE_CONNECTION_EXCEPTION, ERRCODE_INVALID_TRANSACTION_STATE, ERRCODE_TRANSACTION_ROLLBACK,
          ERRCODE_INSUFFICIENT_RESOURCES, ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, ERRCODE_OPERATOR_INTERVENTION,
          ERRCODE_SYSTEM_ERROR, ERRCODE_INTERNAL_ERROR})
        if (ERRCODE_TO_CATEGORY(code) == ERRCODE_TO_CATEGORY(category)) return true;
    return false;
}

std::string_view code_of(int code) {
    switch (code) {
    case ERRCODE_UNIQUE_VIOLATION:
    case ERRCODE_EXCLUSION_VIOLATION:
        return "conflict";
    case ERRCODE_FOREIGN_KEY_VIOLATION:
        return "foreign-key";
    case ERRCODE_INSUFFICIENT_PRIVILEGE:
    case ERRCODE_WITH_CHECK_OPTION_VIOLATION:
        return "not-permitted";
    default:
        break;
    }
    if (ERRCODE_TO_CATEGORY(code) == ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION ||
        ERRCODE_TO_CATEGORY(code) == ERRCODE_DATA_EXCEPTION)
        return "check-violation";
    return "trigger-error";
}

// A finding about the record as a whole.
void refuse(checked_record& record, std::string_view code, std::string message) {
    finding found;
    found.code = code;
    found.level = finding_level::row;
    found.record = record.number;
    found.line = record.line;
    found.message = std::move(message);
    record.add(std::move(found));
}

class chunk_writer {
public:
    chunk_writer(pg::spi& sql, const target& target) : sql_(sql), target_(target) {}

    // All at once; where the database refuses that, in halves, down to the record that it refuses.
    void write(const records& rows) {
        std::unordered_set<std::string> keys;
        if (ErrorData* error = pg::try_in_subtransaction([&] { keys = insert(sql_, rows); })) {
            if (concerns_batch(error->sqlerrcode)) throw pg::postgres_error(error);
            if (rows.size() == 1) {
                refuse(*rows.front(), code_of(error->sqlerrcode),
                       std::string(error->message) + " (SQLSTATE " + pg::sqlstate_text(error->sqlerrcode) + ")");
            } else {
                const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(rows.size() / 2);
                write(records(rows.begin(), middle));
                write(records(middle, rows.end()));
            }
            return;
        }
        for (checked_record* row : rows) {
            const std::string key = key_of(*row, target_);
            if (keys.count(key) > 0)
                written_++;
            else
                refuse(*row, "conflict", "not inserted: somebody else added the same e-mail, or a trigger refused it");
        }
    }

    std::int64_t written() const { return written_; }

private:
    pg::spi& sql_;
    const target& target_;
    std::int64_t written_ = 0;
};

} // namespace

void find_existing(pg::spi& sql, const target& target, const column_mapping& mapping,
                   std::vector<checked_record>& chunk) {
    std::unordered_map<std::string, std::vector<checked_record*>> by_key;
    for (checked_record& record : chunk)
        if (const std::string key = key_of(record, target); !key.empty()) by_key[key].push_back(&record);
    if (by_key.empty()) return;
    std::vector<std::string_view> keys;
    for (const auto& [key, rows] : by_key)
        keys.push_back(key);
    sql.run("SELECT m.email_key, m.email FROM rowhouse.members m WHERE m.email_key = ANY ($1)", {pg::param(keys)});
    for (std::uint64_t i = 0; i < sql.row_count(); i++) {
        const std::string email = *sql.text(i, 2);
        for (checked_record* record : by_key[*sql.text(i, 1)])
            record->fail_key("unique-in-table", "a member of the organization already: " + email, mapping, target.key,
                             email);
    }
}

std::int64_t insert_records(pg::spi& sql, const target& target, std::vector<checked_record>& chunk) {
    records good;
    for (checked_record& record : chunk)
        if (!record.failed) good.push_back(&record);
    chunk_writer writer(sql, target);
    if (!good.empty()) writer.write(good);
    return writer.written();
}

} // namespace rowhouse::imports
