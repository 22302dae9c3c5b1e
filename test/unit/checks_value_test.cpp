#include "core/checks.hpp"
#include "core/checks_value.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rowhouse::checks {

namespace {

TEST(uuid, forms) {
    std::string buffer;
    constexpr std::string_view normal = "6f9619ff-8b86-d011-b42d-00cf4fc964ff";
    for (const std::string_view text : {"6f9619ff-8b86-d011-b42d-00cf4fc964ff", "6F9619FF-8B86-D011-B42D-00CF4FC964FF",
                                        "6f9619ff8b86d011b42d00cf4fc964ff", "{6F9619FF-8B86-D011-B42D-00CF4FC964FF}",
                                        "{6f9619ff8b86d011b42d00cf4fc964ff}"})
        EXPECT_EQ(uuid_form(text, buffer), normal) << text;
    EXPECT_EQ(uuid_form(normal, buffer)->data(), normal.data());
    for (const std::string_view text : {"", "{}", "6f9619ff-8b86-d011-b42d-00cf4fc964f",
                                        "6f9619ff-8b86-d011-b42d-00cf4fc964fff", "6f9619ff-8b86-d011-b42d-00cf4fc964fg",
                                        "6f9619ff 8b86 d011 b42d 00cf4fc964ff", "{6f9619ff-8b86-d011-b42d-00cf4fc964ff",
                                        "6f9619ff8b86-d011-b42d-00cf-4fc964ff", "\uff16f9619ff8b86d011b42d00cf4fc964"})
        EXPECT_FALSE(uuid_form(text, buffer).has_value()) << text;
}

TEST(json, values) {
    for (const std::string_view text : {"{}", "[]", "null", "1", "\"x\"", "{\"a\":[1,2.5e3,true]}", " [1] ",
                                        "\"\u00e9 \\u00e9 \\ud83d\\ude00\"", "-0"})
        EXPECT_TRUE(is_json(text)) << text;
    EXPECT_TRUE(is_json(std::string(500, '[') + std::string(500, ']')));
    for (const std::string_view text :
         {"", " ", "{", "[1,]", "{a:1}", "{'a':1}", "01", "NaN", "nul", "1 2", "\"\\u0000\"", "{\"\\u0000\":1}",
          "\"\\ud800\"", "\"a\nb\"", "// x\n1", "\xef\xbb\xbf{}", "\"\xff\"", "\u201cx\u201d"})
        EXPECT_FALSE(is_json(text)) << text;
    EXPECT_FALSE(is_json(std::string(501, '[') + std::string(501, ']')));
    EXPECT_FALSE(is_json(std::string(1 << 20, '['))) << "and fast";
}

TEST(choice, exactly_and_loosely) {
    choice_set loose;
    std::string buffer;
    ASSERT_EQ(loose.prepare({"open", "In progress", "Gr\u00f6\u00dfe", "\u00c9t\u00e9"}, true), "");
    EXPECT_EQ(loose.find("open", buffer), "open");
    EXPECT_EQ(loose.find("OPEN", buffer), "open");
    EXPECT_EQ(loose.find("inprogress", buffer), "In progress");
    EXPECT_EQ(loose.find("IN  PROGRESS", buffer), "In progress");
    EXPECT_EQ(loose.find("gr\u00d6\u00dfe", buffer), "Gr\u00f6\u00dfe");
    EXPECT_EQ(loose.find("\u00e9T\u00c9", buffer), "\u00c9t\u00e9");
    for (const std::string_view text : {"opened", "ope", "in-progress", "", "\xff"})
        EXPECT_FALSE(loose.find(text, buffer).has_value()) << text;

    choice_set exact;
    ASSERT_EQ(exact.prepare({"a", "A", "b c"}, false), "");
    EXPECT_EQ(exact.find("A", buffer), "A");
    EXPECT_FALSE(exact.find("B C", buffer).has_value());
    EXPECT_FALSE(exact.find("b  c", buffer).has_value());
}

TEST(choice, many) {
    std::vector<std::string> choices;
    for (int i = 0; i < 1000; i++)
        choices.push_back("Value " + std::to_string(i));
    choice_set set;
    std::string buffer;
    ASSERT_EQ(set.prepare(choices, true), "");
    EXPECT_EQ(set.find("Value 999", buffer), "Value 999");
    EXPECT_EQ(set.find("VALUE999", buffer), "Value 999");
    EXPECT_FALSE(set.find("Value 1000", buffer).has_value());
    EXPECT_EQ(set.listed().substr(0, 18), "Value 0, Value 1, ");
    EXPECT_NE(set.listed().find("and 980 more"), std::string::npos);
}

TEST(choice, refused_lists) {
    choice_set set;
    EXPECT_NE(set.prepare({}, false), "");
    EXPECT_NE(set.prepare({"a", ""}, false), "");
    EXPECT_NE(set.prepare({" a"}, false), "");
    EXPECT_NE(set.prepare({"a", "a"}, false), "");
    EXPECT_NE(set.prepare({"a", "A"}, true), "");
}

TEST(pattern, matches_as_a_whole) {
    pattern code;
    ASSERT_EQ(code.compile("[A-Z]{2}-\\d{1,3}"), "");
    EXPECT_TRUE(code.matches("AB-1"));
    EXPECT_FALSE(code.matches("xAB-1"));
    EXPECT_FALSE(code.matches("AB-1234"));
    EXPECT_FALSE(code.matches(""));
    EXPECT_FALSE(code.matches("AB-\u0661")) << "\\d is ASCII";
    ASSERT_EQ(code.compile("a|ab"), "");
    EXPECT_TRUE(code.matches("ab"));
    ASSERT_EQ(code.compile("\\p{L}+."), "");
    EXPECT_TRUE(code.matches("\u00c9t\u00e9!")) << "UTF-8";
    EXPECT_FALSE(code.matches("\xff\xfe"));
    ASSERT_EQ(code.compile("(?i)yes"), "");
    EXPECT_TRUE(code.matches("YES"));
}

TEST(pattern, refused) {
    testing::internal::CaptureStderr();
    for (const std::string_view text : {"(", "a**", "[z-a]", "(?=a)", "(a)\\1", "\\", "a{1001}", "(a{100}){100}",
                                        "(((\\pL{90}){10}\\pL{90}){10}", "\xff"}) {
        pattern bad;
        EXPECT_NE(bad.compile(text), "") << text;
        EXPECT_TRUE(bad.empty());
    }
    pattern bad;
    EXPECT_NE(bad.compile(std::string(1001, 'a')), "");
    EXPECT_NE(bad.compile("[\\pL\\pN]{1000}"), "") << "too large when compiled";
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "") << "RE2 logs unless told not to";
}

// Seconds to hours in a backtracking engine.
TEST(pattern, is_linear) {
    testing::internal::CaptureStderr();
    pattern evil;
    ASSERT_EQ(evil.compile("(a*)*(a|aa)*b"), "");
    EXPECT_FALSE(evil.matches(std::string(pattern::longest_text, 'a')));
    ASSERT_EQ(evil.compile("(x+x+)+y|.*a.{12}"), "");
    EXPECT_FALSE(evil.matches(std::string(pattern::longest_text, 'x')));
    ASSERT_EQ(evil.compile("(.*a.{300}){3}c"), "");
    EXPECT_FALSE(evil.matches(std::string(pattern::longest_text, 'a'))) << "more states than memory for them";
    ASSERT_EQ(evil.compile("a*"), "");
    EXPECT_TRUE(evil.matches(std::string(pattern::longest_text, 'a')));
    EXPECT_FALSE(evil.matches(std::string(pattern::longest_text + 1, 'a')));
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

} // namespace

} // namespace rowhouse::checks
