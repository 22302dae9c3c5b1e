#include "core/plain_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rowhouse {

namespace {

TEST(plain_text, one_byte_at_every_place) {
    for (std::size_t size = 0; size < 20; ++size) {
        const std::string letters(size, 'x');
        EXPECT_TRUE(is_printable_ascii(letters));
        EXPECT_TRUE(is_printable_unsplit(letters));
        for (std::size_t at = 0; at < size; ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string text = letters;
                text[at] = static_cast<char>(byte);
                const bool printable = byte >= 0x20 && byte < 0x7F;
                EXPECT_EQ(is_printable_ascii(text), printable) << byte;
                EXPECT_EQ(is_printable_unsplit(text), printable && byte != ',' && byte != ';' && byte != '|') << byte;
            }
        }
    }
}

} // namespace

} // namespace rowhouse
