#include "pg/result.hpp"

namespace rowhouse::pg {

Datum return_texts(FunctionCallInfo fcinfo, const std::vector<std::string>& values) {
    auto* info = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    pg_try([&] { InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC); });
    for (const std::string& value : values) {
        Datum columns[1] = {make_text(value)};
        bool nulls[1] = {false};
        pg_try([&] { tuplestore_putvalues(info->setResult, info->setDesc, columns, nulls); });
    }
    return Datum{0};
}

} // namespace rowhouse::pg
