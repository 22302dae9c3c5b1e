#include "core/checks.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace rowhouse::checks {

namespace {

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

TEST(damage, found) {
    struct row {
        std::string_view text;
        damage found;
    };
    for (const row& each : std::initializer_list<row>{
             {"5.55E+09", damage::scientific},
             {"12345678901234500", damage::rounded},
             {"1234567890123450", damage::none}, // 16 digits: one zero is no proof
             {"12345678901234567", damage::none},
             {"00000000000000000", damage::none},
             {"###", damage::narrow},
             {"##########", damage::narrow},
             {"##", damage::none},
             {"#1", damage::none},
             {"#hashtag", damage::none},
             {"#REF!", damage::failed},
             {"#N/A", damage::failed},
             {"#n/a", damage::failed},
             {"#DIV/0!", damage::failed},
             {"1-Mar", damage::part_of_date},
             {"01-Mar", damage::part_of_date},
             {"Mar-01", damage::part_of_date},
             {"2-Sep", damage::part_of_date},
             {"9-SEPT", damage::part_of_date},
             {"MAR1", damage::none},
             {"1-Marble", damage::none},
             {"1-Mar-24", damage::none}, // a whole date
             {"123-Mar", damage::none},
             {"March-1", damage::none},
             {"1-2", damage::none},
             {"-Mar", damage::none},
             {"", damage::none},
             {"Engineering", damage::none},
             {"Route 66", damage::none},
         })
        EXPECT_EQ(find_damage(each.text), each.found) << each.text;
}

TEST(damage, cut) {
    EXPECT_FALSE(ends_at_a_limit(std::string(254, 'x')));
    EXPECT_TRUE(ends_at_a_limit(std::string(255, 'x')));
    EXPECT_FALSE(ends_at_a_limit(std::string(256, 'x')));
    EXPECT_TRUE(ends_at_a_limit(std::string(32767, 'x')));
    EXPECT_FALSE(ends_at_a_limit(std::string(32768, 'x')));
    std::string wide;
    for (int i = 0; i < 255; i++)
        wide += "é";
    EXPECT_TRUE(ends_at_a_limit(wide)) << "characters, not bytes";
    EXPECT_TRUE(ends_at_a_limit(std::string(253, 'x') + "\U0001f600")) << "one character, two in UTF-16";
}

} // namespace

} // namespace rowhouse::checks
