#include "pg/result.hpp"

namespace rowhouse::pg {

// A scalar result has no row type to look up; its tuples are described by what the caller expects.
row_collector::row_collector(FunctionCallInfo fcinfo) : info_(reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo)) {
    pg_try([&] { InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC); });
}

void row_collector::add(std::initializer_list<Datum> values) {
    constexpr bool none[MaxTupleAttributeNumber] = {};
    put(values, none);
}

void row_collector::add(std::initializer_list<Datum> values, std::initializer_list<bool> nulls) {
    Assert(values.size() == nulls.size());
    put(values, nulls.begin());
}

void row_collector::put(std::initializer_list<Datum> values, const bool* nulls) {
    pg_try([&] {
        Assert(static_cast<int>(values.size()) == info_->setDesc->natts);
        tuplestore_putvalues(info_->setResult, info_->setDesc, const_cast<Datum*>(values.begin()),
                             const_cast<bool*>(nulls));
    });
}

void row_collector::add_row(Datum row) {
    pg_try([&] {
        HeapTupleHeader header = DatumGetHeapTupleHeader(row);
        HeapTupleData tuple = {};
        tuple.t_len = HeapTupleHeaderGetDatumLength(header);
        ItemPointerSetInvalid(&tuple.t_self);
        tuple.t_data = header;
        tuplestore_puttuple(info_->setResult, &tuple);
    });
}

Datum return_texts(FunctionCallInfo fcinfo, const std::vector<std::string>& values) {
    row_collector rows(fcinfo);
    for (const std::string& value : values)
        rows.add({make_text(value)});
    return Datum{0};
}

} // namespace rowhouse::pg
