// From any encoding to UTF-8, piece by piece.
#pragma once

#include "core/csv_source.hpp"

#include <cstdint>
#include <iconv.h>
#include <string>
#include <string_view>

namespace rowhouse::csv {

// Whether a text can be read in this encoding at all.
bool is_known_encoding(const std::string& name);

// The text of an upload from its first character on. What cannot be decoded becomes a byte that is never well-formed,
// so that the check of the record finds it. The source must outlive this.
class text_converter {
public:
    text_converter(const byte_source& bytes, const std::string& encoding);
    ~text_converter();
    text_converter(const text_converter&) = delete;
    text_converter& operator=(const text_converter&) = delete;

    // Fills `to`; fewer than `room` bytes only at the end.
    std::size_t read(char* to, std::size_t room);

private:
    void convert_more();

    const byte_source& bytes_;
    iconv_t handle_;
    std::size_t unit_;        // bytes that are given up for one that cannot be decoded
    std::int64_t offset_ = 0; // in the source, of what was not yet converted
    std::string room_;
    std::string ready_; // converted and not yet given out, from `given_` on
    std::size_t given_ = 0;
    bool ended_ = false;
};

} // namespace rowhouse::csv
