#include "core/csv_decode.hpp"

#include "core/csv_encoding.hpp"
#include "core/unicode.hpp"

#include <algorithm>
#include <cerrno>
#include <iconv.h>
#include <utility>

namespace rowhouse::csv {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view utf8_bom = "\xEF\xBB\xBF";

// Below this a guess is no better than the user's.
constexpr double least_confidence = 0.6;

// Stands in the decoded text for what could not be decoded. It is never well-formed, so the check of the record finds
// it.
constexpr char undecodable = '\xFF';

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

class converter {
public:
    // A name with "//" would carry an instruction to iconv, such as to leave out what it cannot convert.
    explicit converter(const std::string& from)
        : handle_(from.find("//") == std::string::npos ? iconv_open("UTF-8", from.c_str()) : failed_handle()) {}
    ~converter() {
        if (valid()) iconv_close(handle_);
    }
    converter(const converter&) = delete;
    converter& operator=(const converter&) = delete;

    bool valid() const { return handle_ != failed_handle(); }

    // `unit` bytes are given up for one that cannot be decoded.
    std::string convert(std::string_view bytes, std::size_t unit) {
        std::string out;
        out.resize(bytes.size() + bytes.size() / 2 + 16);
        std::size_t used = 0;
        char* in = const_cast<char*>(bytes.data()); // iconv does not write to it
        std::size_t in_left = bytes.size();
        bool flushed = false;
        while (!flushed) {
            // At the end, what a stateful encoding still holds back comes out.
            const bool at_end = in_left == 0;
            char* to = out.data() + used;
            std::size_t room = out.size() - used;
            const std::size_t result = iconv(handle_, at_end ? nullptr : &in, at_end ? nullptr : &in_left, &to, &room);
            const int error = errno;
            used = out.size() - room;
            if (result != static_cast<std::size_t>(-1)) {
                flushed = at_end;
            } else if (error == E2BIG || used == out.size()) {
                out.resize(out.size() * 2);
            } else {
                const std::size_t given_up = error == EINVAL ? in_left : std::min(unit, in_left);
                in += given_up;
                in_left -= given_up;
                out[used++] = undecodable;
            }
        }
        out.resize(used);
        return out;
    }

private:
    static iconv_t failed_handle() { return reinterpret_cast<iconv_t>(-1); }

    iconv_t handle_;
};

void use_in_place(std::string_view bytes, decoded& out) {
    out.encoding = "utf-8";
    out.bom = bytes.substr(0, utf8_bom.size()) == utf8_bom;
    out.skipped = out.bom ? utf8_bom.size() : 0;
    out.text = bytes.substr(out.skipped);
    out.well_formed = unicode::well_formed_prefix(out.text) == out.text.size();
}

void convert(std::string_view bytes, const std::string& encoding, decoded& out) {
    converter from(encoding);
    if (!from.valid()) {
        finding remark = file_finding("encoding-error", finding_severity::error,
                                      "encoding \"" + unicode::excerpt(encoding, 64) + "\" is not known");
        remark.hint = "Leave the encoding out to have it detected.";
        fail(out, std::move(remark));
        return;
    }
    out.encoding = encoding;
    out.in_place = false;
    out.storage = from.convert(bytes, encoding.starts_with("utf-16") ? 2 : 1);
    out.text = out.storage;
    if (out.text.substr(0, utf8_bom.size()) == utf8_bom) {
        out.bom = true;
        out.text.remove_prefix(utf8_bom.size());
    }
    out.well_formed = unicode::well_formed_prefix(out.text) == out.text.size();
}

void convert_detected(std::string_view bytes, std::string_view encoding, double confidence, decoded& out) {
    convert(bytes, std::string(encoding), out);
    out.confidence = confidence;
    finding remark =
        file_finding("encoding-detected", finding_severity::info, "the file is encoded in " + std::string(encoding));
    remark.value = encoding;
    out.findings.push_back(std::move(remark));
}

void guess_8bit(std::string_view bytes, decoded& out) {
    const double confidence = windows_1252_confidence(bytes);
    if (confidence < least_confidence) {
        finding remark = file_finding("encoding-ambiguous", finding_severity::error,
                                      "the file is not UTF-8 and its encoding cannot be told from its bytes");
        remark.byte_offset = static_cast<std::int64_t>(unicode::well_formed_prefix(bytes));
        remark.hint = "Choose the encoding, or save the file as \"CSV UTF-8\".";
        fail(out, std::move(remark));
        return;
    }
    convert(bytes, "windows-1252", out);
    out.confidence = confidence;
    finding remark =
        file_finding("encoding-guessed", finding_severity::warning, "the file is not UTF-8; read as windows-1252");
    remark.value = out.encoding;
    remark.byte_offset = static_cast<std::int64_t>(unicode::well_formed_prefix(bytes));
    remark.hint = "Look at the accented letters, and choose another encoding if they are wrong.";
    out.findings.push_back(std::move(remark));
}

void detect(std::string_view bytes, decoded& out) {
    if (bytes.starts_with("\xFF\xFE"sv)) return convert_detected(bytes, "utf-16le", 1, out);
    if (bytes.starts_with("\xFE\xFF"sv)) return convert_detected(bytes, "utf-16be", 1, out);
    if (bytes.find('\0') != std::string_view::npos) {
        if (const auto encoding = utf16_without_bom(bytes)) return convert_detected(bytes, *encoding, 0.9, out);
    }
    use_in_place(bytes, out);
    if (out.well_formed) return;
    if (out.bom || is_damaged_utf8(bytes)) {
        out.confidence = 0.9;
        return;
    }
    guess_8bit(bytes, out);
}

} // namespace

void decode(std::string_view bytes, const read_options& options, decoded& out) {
    const std::string chosen = lower(options.encoding.value_or(""));
    const bool utf32_chosen = chosen.starts_with("utf-32") || chosen.starts_with("ucs-4");
    std::string_view other = utf32_chosen ? std::string_view() : known_other_format(bytes);
    if (other.empty() && chosen.empty() && looks_binary(bytes) && !bytes.starts_with("\xFF\xFE"sv) &&
        !bytes.starts_with("\xFE\xFF"sv) && !utf16_without_bom(bytes)) {
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
        detect(bytes, out);
    } else if (chosen == "utf-8" || chosen == "utf8") {
        use_in_place(bytes, out);
    } else {
        convert(bytes, chosen, out);
    }
    if (out.bom && out.in_place) {
        out.findings.push_back(
            file_finding("bom", finding_severity::info, "a byte order mark at the start was removed"));
    }
}

} // namespace rowhouse::csv
