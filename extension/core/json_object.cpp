#include "core/json_object.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace rowhouse::token {

namespace {

constexpr double year_10000 = 253402300800.0;
constexpr int max_depth = 16;
constexpr std::size_t max_names = 256;

// Rides on nlohmann's SAX parser: that validates UTF-8 and syntax and never recurses; this adds depth, the number of
// names, their uniqueness, and the kinds of the wanted members. Returning false stops the parser.
class object_reader : public nlohmann::json_sax<nlohmann::json> {
public:
    explicit object_reader(std::span<member> wanted) : wanted_(wanted) {}

    bool start_object(std::size_t) override { return depth_ == 0 ? open() : scalar(nullptr, nullptr) && open(); }
    bool start_array(std::size_t) override {
        member* list = depth_ == 1 && current_ && current_->kind == member_kind::any ? current_ : nullptr;
        if (depth_ == 0 || !scalar(nullptr, nullptr)) return false;
        list_ = list;
        return open();
    }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(std::string& name) override {
        if (depth_ != 1) return true;
        for (const std::string& earlier : names_)
            if (earlier == name) return false;
        names_.push_back(name);
        current_ = nullptr;
        for (member& each : wanted_)
            if (each.name == name) current_ = &each;
        return names_.size() <= max_names && !(current_ && current_->kind == member_kind::forbidden);
    }
    bool null() override { return scalar(nullptr, nullptr); }
    bool boolean(bool) override { return scalar(nullptr, nullptr); }
    bool number_integer(std::int64_t value) override { return number(static_cast<double>(value)); }
    bool number_unsigned(std::uint64_t value) override { return number(static_cast<double>(value)); }
    bool number_float(double value, const std::string&) override { return number(value); }
    bool string(std::string& value) override { return scalar(&value, nullptr); }
    bool binary(nlohmann::json::binary_t&) override { return false; }
    bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override { return false; }

private:
    bool open() { return ++depth_ <= max_depth; }
    bool close() {
        list_ = nullptr;
        return --depth_ >= 0;
    }
    bool number(double value) { return scalar(nullptr, &value); }

    // One value; only those directly inside the object matter, and those directly inside an array that is wanted.
    bool scalar(const std::string* text, const double* number) {
        if (depth_ == 0) return false;
        if (list_) collect(text);
        if (depth_ > 1 || !current_) return true;
        member& target = *current_;
        current_ = nullptr;
        target.present = true;
        switch (target.kind) {
        case member_kind::text:
            if (!text || text->empty() || text->find('\0') != std::string::npos) return false;
            target.text = *text;
            return true;
        case member_kind::number:
            if (!number || !std::isfinite(*number) || *number < 0 || *number >= year_10000) return false;
            target.number = *number;
            return true;
        case member_kind::any:
            if (text) target.text = *text;
            return true;
        case member_kind::forbidden:
            break;
        }
        return false;
    }

    // An array with anything but strings in it counts as none.
    void collect(const std::string* text) {
        if (text) {
            list_->texts.push_back(*text);
        } else {
            list_->texts.clear();
            list_ = nullptr;
        }
    }

    std::span<member> wanted_;
    std::vector<std::string> names_;
    member* current_ = nullptr;
    member* list_ = nullptr; // whose array is being read
    int depth_ = 0;
};

} // namespace

bool read_json_object(std::string_view json, std::span<member> wanted) {
    if (json.substr(0, 3) == "\xEF\xBB\xBF") return false; // the parser would skip a BOM
    object_reader reader(wanted);
    return nlohmann::json::sax_parse(json.begin(), json.end(), &reader);
}

} // namespace rowhouse::token
