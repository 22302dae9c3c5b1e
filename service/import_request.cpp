#include "import_request.hpp"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace rowhouse {
namespace {

// A value in PostgreSQL has at most 1 GB; what the target takes is less and is the database's to say.
constexpr std::size_t largest_file = 1'000'000'000;

struct descriptor {
    explicit descriptor(int opened) : number(opened) {}
    descriptor(const descriptor&) = delete;
    ~descriptor() {
        if (number > STDIN_FILENO) ::close(number);
    }
    int number;
};

[[noreturn]] void fail(const char* what, const std::string& path) {
    throw std::runtime_error(std::string(what) + " \"" + path + "\": " + std::strerror(errno));
}

std::string base_name(const std::string& path) {
    return path.substr(path.rfind('/') + 1); // npos + 1 is 0
}

} // namespace

std::string read_file(const std::string& path) {
    const descriptor file(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number < 0) fail("cannot read", path);
    std::string content;
    std::array<char, 65536> piece{};
    while (true) {
        const ssize_t count = ::read(file.number, piece.data(), piece.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail("cannot read", path);
        if (count == 0) return content;
        content.append(piece.data(), static_cast<std::size_t>(count));
        if (content.size() > largest_file)
            throw std::runtime_error("\"" + path + "\" is larger than " + std::to_string(largest_file) + " bytes");
    }
}

void write_file(const std::string& path, const std::string& content) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "we"), std::fclose);
    if (!file || std::fwrite(content.data(), 1, content.size(), file.get()) != content.size() ||
        std::fflush(file.get()) != 0)
        fail("cannot write", path);
}

std::string import_options(const command_line& line, const std::string& path) {
    using json = nlohmann::ordered_json;
    json options = json::object();
    if (path != "-") options["file_name"] = base_name(path);
    if (const auto mode = line.value("--mode")) options["mode"] = *mode;
    if (const auto given = line.lists.find("--option"); given != line.lists.end()) {
        for (const std::string& word : given->second) {
            const auto equals = word.find('=');
            if (equals == 0 || equals == std::string::npos)
                throw config_error("--option must be NAME=VALUE, got \"" + word + "\"");
            const std::string value = word.substr(equals + 1);
            const json parsed = json::parse(value, nullptr, false);
            options[word.substr(0, equals)] = parsed.is_discarded() ? json(value) : parsed;
        }
    }
    return options.dump(-1, ' ', true, json::error_handler_t::replace);
}

} // namespace rowhouse
