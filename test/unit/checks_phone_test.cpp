#include "core/checks.hpp"
#include "phone/directory.hpp"

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

struct looked_up {
    phone_entry::kind is;
    std::string e164;
};

looked_up look_up(std::string_view text, std::string_view region = {}) {
    const phone_entry entry = phone::look_up(text, region);
    return {entry.is, entry.e164};
}

// research/csv.md 4c, where these were tried with another build of the same plans.
TEST(phone_directory, entries) {
    using kind = phone_entry::kind;
    struct row {
        std::string_view text;
        std::string_view region;
        kind is;
        std::string_view e164;
    };
    for (const row& each : std::initializer_list<row>{
             {"+12025550123", "", kind::valid, "+12025550123"},
             {"(202) 555-0123", "US", kind::valid, "+12025550123"},
             {"\uff0b12025550123", "", kind::valid, "+12025550123"},
             {"+\u0662\u0660\u0661\u0660\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667", "", kind::valid,
              "+201001234567"},
             {"tel:+1-202-555-0123", "", kind::valid, "+12025550123"},
             {"030 123456", "DE", kind::valid, "+4930123456"},
             {"0049 30 123456", "FR", kind::valid, "+4930123456"},
             {"+15551234567", "", kind::unknown, "+15551234567"},
             {"+12025550123 ext. 5", "", kind::extension, "+12025550123"},
             {"(202) 555-0123", "", kind::not_a_number, ""},
             {"(202) 555-0123", "XX", kind::not_a_number, ""},
             {"+1-1", "US", kind::not_a_number, ""},
             {"+0123456789", "", kind::not_a_number, ""},
             {"", "DE", kind::not_a_number, ""},
             {"abc", "DE", kind::not_a_number, ""},
         }) {
        const looked_up found = look_up(each.text, each.region);
        EXPECT_EQ(found.is, each.is) << each.text;
        EXPECT_EQ(found.e164, each.e164) << each.text;
    }
}

TEST(phone_directory, hostile) {
    for (const std::string& text :
         {std::string(250, '9'), std::string(250, '+'), std::string(100000, '1'), "+1" + std::string(200, '('),
          std::string("+1202\0"
                      "5550123",
                      13),
          std::string("\xff\xfe+1202")})
        look_up(text, "US");
}

TEST(phone_directory, is_silent) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    look_up("no number at all", "ZZZ");
    look_up("+999123456789");
    std::fflush(nullptr);
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(phone_directory, regions) {
    EXPECT_TRUE(phone::is_region("DE"));
    EXPECT_FALSE(phone::is_region("XX"));
    EXPECT_FALSE(phone::is_region(""));
}

} // namespace

} // namespace rowhouse::checks
