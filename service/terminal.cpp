#include "terminal.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace rowhouse {

std::string printable(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        // U+0080 to U+009F are control characters too, in two bytes.
        const bool second = byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
        if (byte >= 0x20 && byte != 0x7f && !second) {
            result += text[i];
            continue;
        }
        char shown[8];
        std::snprintf(shown, sizeof shown, "\\x%02x", second ? static_cast<unsigned char>(text[++i]) : byte);
        result += byte == '\n' ? "\\n" : byte == '\t' ? "\\t" : byte == '\r' ? "\\r" : shown;
    }
    return result;
}

void print_row(std::string_view name, std::string_view value) {
    std::printf("%-15s %s\n", std::string(name).c_str(), printable(value).c_str());
}

void print_checks(const std::vector<check>& checks) {
    std::size_t width = 0;
    for (const check& row : checks)
        width = std::max(width, row.name.size());
    for (const check& row : checks)
        std::printf("%-9s  %-*s  %s\n",
                    !row.passed   ? "not tried"
                    : *row.passed ? "passed"
                                  : "FAILED",
                    static_cast<int>(width), printable(row.name).c_str(), printable(row.detail).c_str());
}

void status_line::show(std::string_view text) {
    const bool terminal = ::isatty(STDERR_FILENO) == 1;
    const auto now = std::chrono::steady_clock::now();
    if (!terminal && now - shown_ < std::chrono::seconds(10)) return;
    shown_ = now;
    std::fprintf(stderr, terminal ? "\r\033[K%s" : "%s\n", std::string(text).c_str());
    open_ = terminal;
}

void status_line::clear() {
    if (open_) std::fputs("\r\033[K", stderr);
    open_ = false;
}

} // namespace rowhouse
