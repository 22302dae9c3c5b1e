#include "pg/spi.hpp"

#include <cstring>

extern "C" {
#include "common/hashfn.h"
#include "nodes/parsenodes.h"
#include "utils/hsearch.h"
}

namespace rowhouse::pg {

namespace {

struct bound {
    static constexpr int most = 128;
    Oid types[most];
    Datum values[most];
    char nulls[most];
    int count = 0;

    explicit bound(std::span<const parameter> parameters) {
        if (parameters.size() > most) throw error(ERRCODE_PROGRAM_LIMIT_EXCEEDED, "too many values in a statement");
        for (const parameter& each : parameters) {
            types[count] = each.type;
            values[count] = each.value;
            nulls[count++] = each.null ? 'n' : ' ';
        }
    }
};

// In place of what had that name, as a relation that an error has left behind. All of it, PostgreSQL's list too, is
// made in memory that lives as long as the connection.
void register_rows(MemoryContext memory, const char* name, Tuplestorestate* rows, TupleDesc shape, double count) {
    MemoryContext const outer = MemoryContextSwitchTo(memory);
    SPI_unregister_relation(name);
    auto* relation = static_cast<EphemeralNamedRelation>(palloc0(sizeof(EphemeralNamedRelationData)));
    relation->md.name = pstrdup(name);
    relation->md.tupdesc = CreateTupleDescCopy(shape);
    relation->md.enrtype = ENR_NAMED_TUPLESTORE;
    relation->md.enrtuples = count;
    relation->reldata = rows;
    const int result = SPI_register_relation(relation);
    if (result != SPI_OK_REL_REGISTER) elog(ERROR, "SPI_register_relation failed: %s", SPI_result_code_string(result));
    MemoryContextSwitchTo(outer);
}

// One for all values: a plan for the values at hand would have to be made for each.
SPIPlanPtr make_plan(const char* sql, bound& with) {
    SPIPlanPtr made = SPI_prepare_cursor(sql, with.count, with.types, CURSOR_OPT_GENERIC_PLAN);
    if (!made) elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
    return made;
}

// By the statement and the types of its values (a column may have got another one), of which the key is a hash; they
// are few and never forgotten.
struct kept_plan {
    uint64 key;
    char* sql;
    Oid* types;
    int count;
    SPIPlanPtr plan;

    bool is_for(const char* statement, const bound& with) const {
        return strcmp(sql, statement) == 0 && count == with.count &&
               memcmp(types, with.types, sizeof(Oid) * static_cast<std::size_t>(count)) == 0;
    }
};

uint64 hash_of(const void* bytes, std::size_t length, uint64 seed) {
    return hash_bytes_extended(static_cast<const unsigned char*>(bytes), static_cast<int>(length), seed);
}

SPIPlanPtr find_kept_plan(const char* sql, bound& with) {
    static HTAB* plans = nullptr;
    if (!plans) {
        HASHCTL control = {};
        control.keysize = sizeof(uint64);
        control.entrysize = sizeof(kept_plan);
        control.hcxt = TopMemoryContext;
        plans = hash_create("rowhouse plans", 16, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
    }
    const std::size_t types_size = sizeof(Oid) * static_cast<std::size_t>(with.count);
    const uint64 key = hash_of(sql, strlen(sql), hash_of(with.types, types_size, 0));
    const auto* known = static_cast<kept_plan*>(hash_search(plans, &key, HASH_FIND, nullptr));
    if (known && known->is_for(sql, with)) return known->plan;
    SPIPlanPtr made = make_plan(sql, with);
    if (known) return made; // another statement has the key: this one is made anew each time
    char* text = MemoryContextStrdup(TopMemoryContext, sql);
    auto* types = static_cast<Oid*>(MemoryContextAlloc(TopMemoryContext, types_size + 1));
    memcpy(types, with.types, types_size);
    SPI_keepplan(made);
    auto* entry = static_cast<kept_plan*>(hash_search(plans, &key, HASH_ENTER, nullptr));
    entry->sql = text;
    entry->types = types;
    entry->count = with.count;
    entry->plan = made;
    return made;
}

} // namespace

spi::spi() {
    pg_try([this] {
        const int result = SPI_connect();
        if (result != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed: %s", SPI_result_code_string(result));
        memory_ = CurrentMemoryContext;
    });
}

std::uint64_t spi::run(const char* sql, std::initializer_list<parameter> parameters) {
    return run_once(sql, std::span(parameters.begin(), parameters.size()));
}

std::uint64_t spi::run_once(const char* sql, std::span<const parameter> parameters) {
    bound with(parameters);
    pg_try([&] {
        drop_rows();
        const int result = SPI_execute_with_args(sql, with.count, with.types, with.values, with.nulls, false, 0);
        if (result < 0) elog(ERROR, "SPI_execute_with_args failed: %s", SPI_result_code_string(result));
        take_rows();
    });
    return SPI_processed;
}

std::uint64_t spi::run(const std::string& sql, std::span<const parameter> parameters, plan how) {
    if (how == plan::once) return run_once(sql.c_str(), parameters);
    bound with(parameters);
    SPIPlanPtr* own = how == plan::again ? &plans_[sql] : nullptr;
    pg_try([&] {
        drop_rows();
        if (own && !*own) *own = make_plan(sql.c_str(), with);
        SPIPlanPtr made = own ? *own : find_kept_plan(sql.c_str(), with);
        const int result = SPI_execute_plan(made, with.values, with.nulls, false, 0);
        if (result < 0) elog(ERROR, "SPI_execute_plan failed: %s", SPI_result_code_string(result));
        take_rows();
    });
    return SPI_processed;
}

Portal spi::open_query(const std::string& sql) {
    return pg_try([&] {
        drop_rows();
        Portal query = SPI_cursor_open_with_args(nullptr, sql.c_str(), 0, nullptr, nullptr, nullptr, false, 0);
        if (!query) elog(ERROR, "SPI_cursor_open_with_args failed: %s", SPI_result_code_string(SPI_result));
        return query;
    });
}

std::uint64_t spi::fetch(Portal query, int rows) {
    return pg_try([&] {
        drop_rows();
        SPI_cursor_fetch(query, true, rows);
        take_rows();
        return SPI_processed;
    });
}

void spi::close_query(Portal query) {
    pg_try([&] {
        drop_rows();
        SPI_cursor_close(query);
    });
}

// Both call PostgreSQL.
void spi::drop_rows() {
    if (rows_ && rows_from_ == GetCurrentSubTransactionId()) SPI_freetuptable(rows_);
    rows_ = nullptr;
}

void spi::take_rows() {
    rows_ = SPI_tuptable;
    rows_from_ = GetCurrentSubTransactionId();
}

void spi::register_transition_tables(TriggerData* trigger) {
    pg_try([&] {
        const int result = SPI_register_trigger_data(trigger);
        if (result != SPI_OK_TD_REGISTER)
            elog(ERROR, "SPI_register_trigger_data failed: %s", SPI_result_code_string(result));
    });
}

void spi::offer(const char* name, const row_store& rows) {
    pg_try([&] { register_rows(memory_, name, rows.rows(), rows.shape(), static_cast<double>(rows.size())); });
}

void spi::withdraw(const char* name) {
    pg_try([&] { SPI_unregister_relation(name); });
}

Tuplestorestate* spi::offer_rows(const char* name) {
    return pg_try([&] {
        Tuplestorestate* store = tuplestore_begin_heap(false, false, work_mem);
        for (std::uint64_t row = 0; row < rows_->numvals; row++)
            tuplestore_puttuple(store, rows_->vals[row]);
        register_rows(memory_, name, store, rows_->tupdesc, static_cast<double>(rows_->numvals));
        return store;
    });
}

void spi::withdraw_rows(const char* name, Tuplestorestate* rows) {
    pg_try([&] {
        SPI_unregister_relation(name);
        tuplestore_end(rows);
    });
}

std::optional<std::string> spi::text(std::uint64_t row, int column) const {
    const char* text = pg_try([&]() -> const char* { return SPI_getvalue(rows_->vals[row], rows_->tupdesc, column); });
    if (!text) return std::nullopt;
    return std::string(text);
}

Datum spi::value(std::uint64_t row, int column, bool& null) const {
    return pg_try([&] { return SPI_getbinval(rows_->vals[row], rows_->tupdesc, column, &null); });
}

std::vector<uuid> spi::uuids() const {
    std::vector<uuid> values(row_count());
    pg_try([&] {
        bool null = false;
        for (std::uint64_t row = 0; row < rows_->numvals; row++)
            std::memcpy(values[row].data(),
                        DatumGetUUIDP(SPI_getbinval(rows_->vals[row], rows_->tupdesc, 1, &null))->data, UUID_LEN);
    });
    return values;
}

void spi::finish() {
    pg_try([] { SPI_finish(); });
    rows_ = nullptr;
}

std::string quote_identifier(std::string_view name) {
    const std::string terminated(name);
    return pg_try([&]() -> const char* { return ::quote_identifier(terminated.c_str()); });
}

std::string quote_literal(std::string_view text) {
    const std::string terminated(text);
    return pg_try([&]() -> const char* { return quote_literal_cstr(terminated.c_str()); });
}

std::string quote_qualified_name(std::string_view name) {
    return pg_try([&]() -> const char* {
        List* parts = textToQualifiedNameList(cstring_to_text_with_len(name.data(), static_cast<int>(name.size())));
        return NameListToQuotedString(parts);
    });
}

std::string qualified_name(Oid relation) {
    return pg_try([&]() -> const char* {
        const char* name = get_rel_name(relation);
        if (!name)
            ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("relation with OID %u does not exist", relation)));
        return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)), name);
    });
}

} // namespace rowhouse::pg
