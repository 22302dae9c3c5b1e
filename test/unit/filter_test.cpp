// Conditions and lists of a query string.

#include "core/filter.hpp"

#include <gtest/gtest.h>

namespace rowhouse::filter {
namespace {

std::string shown(std::string_view list) {
    const auto items = split_list(list);
    if (!items) return "none";
    std::string text;
    for (const list_item& each : *items)
        text += (each.quoted ? "<" : "[") + each.text + (each.quoted ? ">" + each.rest : "]");
    return text;
}

TEST(filter, splits_lists) {
    EXPECT_EQ(shown("a,b"), "[a][b]");
    EXPECT_EQ(shown("a"), "[a]");
    EXPECT_EQ(shown(""), "[]");
    EXPECT_EQ(shown(","), "[][]");
    EXPECT_EQ(shown("\"a,b\",c"), "<a,b>[c]");
    EXPECT_EQ(shown("\"a,b\".desc,c.asc"), "<a,b>.desc[c.asc]");
    EXPECT_EQ(shown("\"say \\\"x\\\" \\\\\""), "<say \"x\" \\>");
    EXPECT_EQ(shown("a\"b,c"), "[a\"b][c]");
    EXPECT_EQ(shown("\"\""), "<>");
    EXPECT_EQ(shown("\"a"), "none");
    EXPECT_EQ(shown("\"a\\\""), "none");
    EXPECT_EQ(shown("\"a\\"), "none");
}

TEST(filter, reads_conditions) {
    const auto plain = parse_condition("eq.a.b,c");
    ASSERT_TRUE(plain);
    EXPECT_FALSE(plain->negated);
    EXPECT_EQ(plain->how, comparison::eq);
    EXPECT_EQ(plain->value, "a.b,c");
    const auto list = parse_condition("not.in.(a,,\"b,)\")");
    ASSERT_TRUE(list);
    EXPECT_TRUE(list->negated);
    EXPECT_EQ(list->how, comparison::in);
    EXPECT_EQ(list->values, (std::vector<std::string>{"a", "", "b,)"}));
    EXPECT_TRUE(parse_condition("in.()")->values.empty());
    EXPECT_EQ(parse_condition("is.null")->how, comparison::is);
    EXPECT_EQ(parse_condition("eq.")->value, "");
    for (const char* each : {"gt", "gte", "lt", "lte", "neq", "like", "ilike"})
        EXPECT_EQ(parse_condition(std::string(each) + ".x")->value, "x") << each;
}

TEST(filter, refuses_what_is_no_condition) {
    for (const char* each :
         {"",   "eq",   "not",   "not.",  "not.eq",   "not.not.eq.1", "open", "open.1",  "EQ.1",     " eq.1",
          ".1", "in.a", "in.(a", "in.a)", "in.(\"a)", "in.(\"a\"b)",  "is.",  "is.NULL", "is.nullx", "is.1"})
        EXPECT_FALSE(parse_condition(each)) << each;
}

} // namespace
} // namespace rowhouse::filter
