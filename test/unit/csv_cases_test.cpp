#include "csv_cases.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace rowhouse::csv::testing {

namespace {

std::vector<std::string> codes_of(const file_reading& result, const std::vector<std::string>& wanted) {
    const std::string line_breaks = "i:nonrfc-line-breaks";
    const bool compare_line_breaks = std::find(wanted.begin(), wanted.end(), line_breaks) != wanted.end();
    std::vector<std::string> codes;
    for (const finding& remark : result.findings) {
        const std::string code = short_form(remark);
        if (code != line_breaks || compare_line_breaks) codes.push_back(code);
    }
    std::sort(codes.begin(), codes.end());
    return codes;
}

// Every finding says where it is, in words that fit a report.
void check_findings(const file_reading& result) {
    for (const finding& remark : result.findings) {
        SCOPED_TRACE(std::string(remark.code));
        EXPECT_FALSE(remark.message.empty());
        EXPECT_NE(remark.message.back(), '.');
        if (!remark.hint.empty()) {
            EXPECT_EQ(remark.hint.back(), '.');
        }
        if (remark.level != finding_level::file) {
            EXPECT_GT(remark.line, 0);
        }
        if (remark.level == finding_level::cell) {
            EXPECT_GT(remark.column, 0);
        }
        EXPECT_EQ(remark.value.find('\0'), std::string::npos);
    }
}

class csv_cases_test : public ::testing::TestWithParam<csv_case> {};

TEST_P(csv_cases_test, tolerant) {
    const csv_case& given = GetParam();
    SCOPED_TRACE(given.id);
    const exact_buffer bytes(given.input);
    const file_reading result = read_all(bytes.view());
    if (!given.header.empty()) {
        EXPECT_EQ(result.header, given.header);
    }
    EXPECT_EQ(result.rows, given.rows);
    std::vector<std::string> wanted = given.codes;
    std::sort(wanted.begin(), wanted.end());
    EXPECT_EQ(codes_of(result, given.codes), wanted);
    check_findings(result);
}

TEST_P(csv_cases_test, strict) {
    const csv_case& given = GetParam();
    SCOPED_TRACE(given.id);
    read_options options;
    options.strict = true;
    const exact_buffer bytes(given.input);
    const file_reading result = read_all(bytes.view(), options);
    std::vector<std::string> errors;
    bool error_on_record = false;
    for (const finding& remark : result.findings) {
        if (remark.severity != finding_severity::error || remark.code == "no-data-rows") continue;
        errors.emplace_back(remark.code);
        error_on_record = error_on_record || remark.record > 0;
    }
    errors.erase(std::unique(errors.begin(), errors.end()), errors.end());
    EXPECT_EQ(errors, given.strict_error.empty() ? std::vector<std::string>{} : std::vector{given.strict_error});
    const auto rejected = std::count(result.rejected.begin(), result.rejected.end(), true);
    EXPECT_EQ(rejected, error_on_record ? 1 : 0);
    check_findings(result);
}

// The result must not depend on what stands around the bytes in memory or on how they are aligned.
TEST_P(csv_cases_test, surroundings_do_not_matter) {
    const csv_case& given = GetParam();
    SCOPED_TRACE(given.id);
    const file_reading alone = read_all(exact_buffer(given.input).view());
    for (const std::string_view noise :
         {"\"\"\"\"\"\"\"\"\""sv, ",,,,,,,,,"sv, "\n\r\n\r\n\r\n\r\n"sv, "\x80\xBF\x80\xBF\x80\xBF\x80\xBF\x80"sv}) {
        for (std::size_t shift = 0; shift < noise.size(); ++shift) {
            std::string padded(noise.substr(0, shift));
            padded.append(given.input);
            padded.append(noise);
            const file_reading within = read_all(std::string_view(padded).substr(shift, given.input.size()));
            EXPECT_EQ(within.rows, alone.rows);
            EXPECT_EQ(within.findings.size(), alone.findings.size());
        }
    }
}

// Whatever stands behind it, a case that ends with a line break reads the same: T5, and the rows of a second, good
// part.
TEST_P(csv_cases_test, damage_ends_with_the_record) {
    const csv_case& given = GetParam();
    SCOPED_TRACE(given.id);
    if (given.input.empty() || given.input.back() != '\n' || given.rows.empty()) return;
    const file_reading alone = read_all(given.input);
    std::string longer(given.input);
    std::string line;
    for (std::size_t column = 0; column < given.rows.back().size(); ++column) {
        if (column > 0) line.push_back(alone.shape.delimiter);
        line.append(column % 2 == 0 ? "\"next, row\"" : "plain");
    }
    line.append(alone.shape.line_break == "mixed" ? "\n" : alone.shape.line_break);
    for (int i = 0; i < 50; ++i)
        longer.append(line);
    read_options options;
    options.delimiter = alone.shape.delimiter;
    const file_reading result = read_all(longer, options);
    ASSERT_EQ(result.rows.size(), given.rows.size() + 50);
    for (std::size_t i = 0; i < given.rows.size(); ++i)
        EXPECT_EQ(result.rows[i], given.rows[i]);
    for (std::size_t i = given.rows.size(); i < result.rows.size(); ++i) {
        EXPECT_EQ(result.rows[i][0], "next, row");
        EXPECT_FALSE(result.rejected[i]);
    }
}

INSTANTIATE_TEST_SUITE_P(C, csv_cases_test, ::testing::ValuesIn(csv_cases),
                         [](const ::testing::TestParamInfo<csv_case>& given) { return std::string(given.param.id); });

} // namespace

} // namespace rowhouse::csv::testing
