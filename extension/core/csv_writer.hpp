// Writing CSV: one line, cell by cell, neutralised by column type and quoted so that every reader splits it alike.
#pragma once

#include "core/sanitize.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace rowhouse::csv {

// One cell as it has to stand in a CSV file with this delimiter: quoted when a reader could split it, quotes doubled.
// With `always`, quoted in any case. A null cell is written as nothing, an empty one as "".
void append_cell(std::string& out, std::string_view text, bool null, char delimiter, bool always);

struct write_options {
    char delimiter = ',';
    std::string null_text;  // how a null is written, never quoted: a text that reads the same is quoted
    bool quote_all = false; // every cell but nulls
};

class line_writer {
public:
    explicit line_writer(write_options options) : options_(std::move(options)) {}

    // A text, neutralised as sanitize() does.
    void add(std::string_view text, cell_type type);
    // A value that can hold no formula by its type: a number, a date, a truth value.
    void add_plain(std::string_view text);
    void add_null();

    // What was added since the last clear(), without a line break at the end.
    std::string& line() { return line_; }
    void clear();

private:
    void separate();

    write_options options_;
    std::string line_;
    bool first_ = true;
};

} // namespace rowhouse::csv
