#include "core/csv_decode.hpp"

#include "core/csv_convert.hpp"
#include "core/csv_encoding.hpp"
#include "core/unicode.hpp"

#include <algorithm>
#include <utility>

namespace rowhouse::csv {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view utf8_bom = "\xEF\xBB\xBF";

// Below this a guess is no better than the user's.
constexpr double least_confidence = 0.6;

// What is looked at to tell what the upload is.
constexpr std::size_t start_bytes = 1 << 16;

finding file_finding(std::string_view code, finding_severity severity, std::string message) {
    finding remark;
    remark.code = code;
    remark.severity = severity;
    remark.level = finding_level::file;
    remark.message = std::move(message);
    return remark;
}

void fail(decoded& out, finding remark) {
    out.failed = true;
    out.findings.push_back(std::move(remark));
}

std::string lower(std::string_view name) {
    std::string out(name);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

bool has_utf16_mark(std::string_view start) {
    return start.starts_with("\xFF\xFE"sv) || start.starts_with("\xFE\xFF"sv);
}

void use_as_it_is(const byte_source& bytes, std::string_view start, decoded& out) {
    out.encoding = "utf-8";
    out.bom = out.starts_with_mark = start.starts_with(utf8_bom);
    each_piece(bytes, out.skipped(), [&](std::string_view piece) { out.text.add(piece); });
    out.text.finish();
}

void convert(const byte_source& bytes, const std::string& encoding, decoded& out) {
    if (!is_known_encoding(encoding)) {
        finding remark = file_finding("encoding-error", finding_severity::error,
                                      "encoding \"" + unicode::excerpt(encoding, 64) + "\" is not known");
        remark.hint = "Leave the encoding out to have it detected.";
        fail(out, std::move(remark));
        return;
    }
    out.encoding = encoding;
    out.converted = true;
    out.text = {};
    text_converter from(bytes, encoding);
    std::string piece(piece_bytes, '\0');
    bool first = true;
    while (const std::size_t size = from.read(piece.data(), piece.size())) {
        std::string_view text(piece.data(), size);
        out.starts_with_mark = first ? text.starts_with(utf8_bom) : out.starts_with_mark;
        if (first) text.remove_prefix(static_cast<std::size_t>(out.skipped()));
        out.text.add(text);
        first = false;
    }
    out.text.finish();
    out.bom = out.starts_with_mark;
}

void convert_detected(const byte_source& bytes, std::string_view encoding, double confidence, decoded& out) {
    convert(bytes, std::string(encoding), out);
    out.confidence = confidence;
    finding remark =
        file_finding("encoding-detected", finding_severity::info, "the file is encoded in " + std::string(encoding));
    remark.value = encoding;
    out.findings.push_back(std::move(remark));
}

void guess_8bit(const byte_source& bytes, double confidence, decoded& out) {
    const std::int64_t position = out.text.ill_formed_at + out.skipped();
    if (confidence < least_confidence) {
        finding remark = file_finding("encoding-ambiguous", finding_severity::error,
                                      "the file is not UTF-8 and its encoding cannot be told from its bytes");
        remark.byte_offset = position;
        remark.hint = "Choose the encoding, or save the file as \"CSV UTF-8\".";
        fail(out, std::move(remark));
        return;
    }
    convert(bytes, "windows-1252", out);
    out.confidence = confidence;
    finding remark =
        file_finding("encoding-guessed", finding_severity::warning, "the file is not UTF-8; read as windows-1252");
    remark.value = out.encoding;
    remark.byte_offset = position;
    remark.hint = "Look at the accented letters, and choose another encoding if they are wrong.";
    out.findings.push_back(std::move(remark));
}

void detect(const byte_source& bytes, std::string_view start, decoded& out) {
    if (start.starts_with("\xFF\xFE"sv)) return convert_detected(bytes, "utf-16le", 1, out);
    if (start.starts_with("\xFE\xFF"sv)) return convert_detected(bytes, "utf-16be", 1, out);
    if (start.find('\0') != std::string_view::npos) {
        if (const auto encoding = utf16_without_bom(start, bytes.size()))
            return convert_detected(bytes, *encoding, 0.9, out);
    }
    use_as_it_is(bytes, start, out);
    if (out.text.ill_formed_at < 0) return;
    other_encoding_survey other;
    if (!out.bom) {
        each_piece(bytes, 0, [&](std::string_view piece) { other.add(piece); });
        other.finish();
    }
    if (out.bom || other.is_damaged_utf8()) {
        out.confidence = 0.9;
        return;
    }
    guess_8bit(bytes, other.windows_1252_confidence(), out);
}

} // namespace

void decode(const byte_source& bytes, const read_options& options, decoded& out) {
    std::string room;
    const std::string_view start = bytes.piece(0, start_bytes, room);
    const std::string chosen = lower(options.encoding.value_or(""));
    const bool utf32_chosen = chosen.starts_with("utf-32") || chosen.starts_with("ucs-4");
    std::string_view other = utf32_chosen ? std::string_view() : known_other_format(start);
    if (other.empty() && chosen.empty() && looks_binary(start) && !has_utf16_mark(start) &&
        !utf16_without_bom(start, bytes.size())) {
        other = "binary data"sv;
    }
    if (!other.empty()) {
        finding remark =
            file_finding("not-csv", finding_severity::error, "the file is " + std::string(other) + ", not CSV");
        remark.hint = "Save the data as \"CSV UTF-8\" and upload that file.";
        fail(out, std::move(remark));
        return;
    }
    if (chosen.empty()) {
        detect(bytes, start, out);
    } else if (chosen == "utf-8" || chosen == "utf8") {
        use_as_it_is(bytes, start, out);
    } else {
        convert(bytes, chosen, out);
    }
    if (out.bom && !out.converted) {
        out.findings.push_back(
            file_finding("bom", finding_severity::info, "a byte order mark at the start was removed"));
    }
}

} // namespace rowhouse::csv
