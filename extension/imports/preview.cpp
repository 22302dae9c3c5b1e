// import_preview: everything an import would find, without writing. It stands on the same pipeline and the same check
// against the table, so that it cannot promise what the import then refuses.

#include "imports/members.hpp"
#include "imports/report.hpp"
#include "imports/request.hpp"
#include "pg/memory.hpp"
#include "pg/role.hpp"

namespace rowhouse::imports {

namespace {

constexpr std::size_t most_findings = 1000;
constexpr std::size_t sample_size = 20;

class preview {
public:
    explicit preview(const pipeline& work) : work_(work) {}

    void add(const checked_record& record) {
        (record.failed ? invalid_ : valid_)++;
        for (const finding& each : record.findings) {
            total_findings_++;
            codes_[std::string(each.code)]++;
            if (findings_.size() < most_findings)
                findings_.push_back(finding_json(each, work_.mapping(), work_.wanted()));
        }
        if (!record.failed && sample_.size() < sample_size) sample_.push_back(values_of(record));
    }

    pg::json finish() {
        pg::json file = pg::json::array();
        for (const finding& each : work_.file_findings())
            file.push_back(finding_json(each, work_.mapping(), work_.wanted()));
        pg::json codes = pg::json::object();
        for (const auto& [code, count] : codes_)
            codes[code] = count;
        return {{"total_rows", work_.total_records()},
                {"valid_rows", valid_},
                {"invalid_rows", invalid_},
                {"columns", columns_json(work_.mapping(), work_.wanted())},
                {"file", std::move(file)},
                {"findings", std::move(findings_)},
                {"findings_total", total_findings_},
                {"codes", std::move(codes)},
                {"sample", std::move(sample_)},
                {"format", format_json(work_.format())}};
    }

private:
    pg::json values_of(const checked_record& record) const {
        pg::json values = pg::json::object();
        for (std::size_t i = 0; i < record.values.size(); i++)
            values[work_.wanted().columns[i].name] = record.values[i] ? pg::json(*record.values[i]) : nullptr;
        return values;
    }

    const pipeline& work_;
    std::int64_t valid_ = 0;
    std::int64_t invalid_ = 0;
    std::int64_t total_findings_ = 0;
    std::unordered_map<std::string, std::int64_t> codes_;
    pg::json findings_ = pg::json::array();
    pg::json sample_ = pg::json::array();
};

} // namespace

// rowhouse.import_preview(target text, content bytea, options jsonb) jsonb
ROWHOUSE_FUNCTION(rowhouse_import_preview) {
    const import_request request = read_request(fcinfo);
    pipeline work(request.content, request.wanted, request.options);
    preview result(work);
    pg::as_role as_owner(pg::owner_role);
    pg::spi sql;
    pg::scratch_memory scratch;
    for (auto chunk = work.next_chunk(); !chunk.empty(); chunk = work.next_chunk()) {
        find_existing(sql, work.wanted(), work.mapping(), chunk);
        for (const checked_record& record : chunk)
            result.add(record);
        scratch.reset();
    }
    scratch.end();
    sql.finish();
    as_owner.end();
    return pg::make_jsonb(result.finish());
}

} // namespace rowhouse::imports
