#include "core/checks.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace rowhouse::checks {

namespace {

using namespace std::string_view_literals;

TEST(email, normal_form) {
    EXPECT_EQ(email("a@example.com"), "a@example.com");
    EXPECT_EQ(email("Ann.Lee@Example.COM"), "Ann.Lee@example.com");
    EXPECT_EQ(email("o'neil@example.com"), "o'neil@example.com");
    EXPECT_EQ(email("user+tag@example.com"), "user+tag@example.com");
    EXPECT_EQ(email("a@xn--r8jz45g.jp"), "a@xn--r8jz45g.jp");
    EXPECT_EQ(email("!#$%&'*+/=?^_`{|}~-@example.com"), "!#$%&'*+/=?^_`{|}~-@example.com");
    EXPECT_EQ(email("=cmd|'/Ccalc'!A0@example.com"), "=cmd|'/Ccalc'!A0@example.com");
    EXPECT_EQ(email("+1-1@example.com"), "+1-1@example.com");
}

TEST(email, refused) {
    for (const std::string_view text : {"",
                                        "a",
                                        "@",
                                        "a@",
                                        "@example.com",
                                        "a@b",
                                        "a@localhost",
                                        "a..b@example.com",
                                        ".a@example.com",
                                        "a.@example.com",
                                        "u@例え.jp",
                                        "é@example.com",
                                        "\"a b\"@example.com",
                                        "a@[127.0.0.1]",
                                        "a@example.com.",
                                        "a@.example.com",
                                        "a@example..com",
                                        "user@exa_mple.com",
                                        "Bob <a@example.com>",
                                        "a@example.com\n",
                                        "a@example.com ",
                                        " a@example.com",
                                        "a b@example.com",
                                        "a@b@example.com",
                                        "a@-example.com",
                                        "a@example-.com"}) {
        EXPECT_FALSE(email(text).has_value()) << text;
    }
}

TEST(email, lengths) {
    const std::string local(64, 'a');
    EXPECT_TRUE(email(local + "@example.com").has_value());
    EXPECT_FALSE(email(local + "a@example.com").has_value());

    const std::string label(63, 'b');
    EXPECT_TRUE(email("a@" + label + ".com").has_value());
    EXPECT_FALSE(email("a@b" + label + ".com").has_value());

    const std::string domain = label + "." + label + "." + std::string(57, 'c') + ".de";
    ASSERT_EQ(domain.size(), 188U);
    EXPECT_TRUE(email(std::string(64, 'a') + "@" + domain.substr(0)).has_value());
    EXPECT_EQ(std::string(64, 'a').size() + 1 + domain.size(), 253U);
    EXPECT_TRUE(email(std::string(64, 'a') + "@x" + domain.substr(1) + "e").has_value());
    EXPECT_FALSE(email(std::string(64, 'a') + "@" + domain + "ee").has_value());
}

TEST(email, key) {
    EXPECT_EQ(email_key("Ann.Lee@example.com"), "ann.lee@example.com");
    EXPECT_EQ(email_key(*email("ANN@EXAMPLE.com")), email_key(*email("ann@example.COM")));
}

TEST(phone, normal_form) {
    EXPECT_EQ(phone("+15551234567"), "+15551234567");
    EXPECT_EQ(phone("+12025550123"), "+12025550123");
    EXPECT_EQ(phone("+1-555-123-4567"), "+15551234567");
    EXPECT_EQ(phone("+1 (202) 555-0123"), "+12025550123");
    EXPECT_EQ(phone("+1.202.555.0123"), "+12025550123");
    EXPECT_EQ(phone("+49 30/123456"), "+4930123456");
    EXPECT_EQ(phone("+44 20 7183 8750"), "+442071838750");
    EXPECT_EQ(phone("+49 (0)151 123456"), "+49151123456");
    EXPECT_EQ(phone("tel:+1-202-555-0123"), "+12025550123");
    EXPECT_EQ(phone("TEL: +1-202-555-0123"), "+12025550123");
    EXPECT_EQ(phone("\uff0b12025550123"), "+12025550123");
    EXPECT_EQ(phone("\uff0b\uff11\uff12\uff10\uff12\uff15\uff15\uff15\uff10\uff11\uff12\uff13"), "+12025550123");
    EXPECT_EQ(phone("+\u0662\u0660\u0661\u0660\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667"), "+201001234567");
    EXPECT_EQ(phone("+1\u00a0202\u00a0555\u00a00123"), "+12025550123");
    EXPECT_EQ(phone("  +12025550123 "), "+12025550123");
}

TEST(phone, refused) {
    for (const std::string_view text : {"",
                                        "+",
                                        "+1-1",
                                        "5.55E+09",
                                        "1.5551234567E+10",
                                        "-5",
                                        "+0123456789",
                                        "0044 20 7183 8750",
                                        "(202) 555-0123",
                                        "2025550123",
                                        "+12025550123 ext. 5",
                                        "+1202555012x",
                                        "+1+2025550123",
                                        "++12025550123",
                                        "+123456",
                                        "+1234567890123456",
                                        "=12025550123",
                                        "+1\t2025550123",
                                        "+12025550123\n",
                                        "tel:",
                                        "+(0)"}) {
        EXPECT_FALSE(phone(text).has_value()) << text;
    }
    EXPECT_FALSE(phone(std::string(1000, ' ') + "+12025550123").has_value());
}

TEST(phone, shortest_and_longest) {
    EXPECT_TRUE(phone("+1234567").has_value());
    EXPECT_TRUE(phone("+123456789012345").has_value());
}

TEST(excel_mangled_number, recognised) {
    for (const std::string_view text :
         {"5.55E+09", "1.5551234567E+10", "5E+09", "5,55E+09", "-1.2E+15", "1.2E-05", "5.55e+09"}) {
        EXPECT_TRUE(is_excel_mangled_number(text)) << text;
    }
    for (const std::string_view text : {"", "5", "5.55", "E+09", "5.E+09", "55.5E+09", "5.55E9", "5.55E+9",
                                        "5.55E+0900", "5.55E+09 ", "1E5", "5.55E+09x", "+15551234567"}) {
        EXPECT_FALSE(is_excel_mangled_number(text)) << text;
    }
}

TEST(hidden_characters, found) {
    EXPECT_FALSE(find_hidden_characters("plain text, tab\tand\r\nlines").control);
    EXPECT_FALSE(find_hidden_characters("été 日本 \u00a0\u3000").invisible);
    for (const std::string_view text : {"a\x01"sv, "\x1b[0m"sv, "a\x7f"sv, "\xc2\x85"sv, "\0"sv, "\x0b"sv}) {
        EXPECT_TRUE(find_hidden_characters(text).control) << text;
        EXPECT_FALSE(find_hidden_characters(text).invisible) << text;
    }
    for (const std::string_view text :
         {"a\u200bb", "\u202eabc", "\ufeffx", "x\u00ad", "\u2060", "\U000e0041", "\u200d"}) {
        EXPECT_TRUE(find_hidden_characters(text).invisible) << text;
        EXPECT_FALSE(find_hidden_characters(text).control) << text;
    }
    EXPECT_FALSE(find_hidden_characters("\u0600\u06dd").invisible) << "the Arabic number signs can be seen";
}

} // namespace

} // namespace rowhouse::checks
