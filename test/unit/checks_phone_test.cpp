#include "core/checks.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace rowhouse::checks {

namespace {

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

TEST(phone, form_without_copy) {
    std::string buffer;
    const std::string_view text = "+12025550123";
    EXPECT_EQ(phone_form(text, buffer)->data(), text.data()) << "its own normal form";
    EXPECT_EQ(phone_form("+1 202 555 0123", buffer)->data(), buffer.data());
    EXPECT_FALSE(phone_form(std::string(256, '9'), buffer).has_value());
    EXPECT_FALSE(phone_form("+1202" + std::string(250, ' ') + "5550123", buffer).has_value());
}

} // namespace

} // namespace rowhouse::checks
