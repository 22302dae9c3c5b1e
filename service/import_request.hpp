// What `rowhouse import` is told: the file and the options.
#pragma once

#include "command_line.hpp"

#include <string>

namespace rowhouse {

// The bytes of a file, or of stdin for "-". Throws std::runtime_error.
std::string read_file(const std::string& path);

// Throws std::runtime_error.
void write_file(const std::string& path, const std::string& content);

// --mode and --option NAME=VALUE as the options of the database: VALUE is JSON, or else text. Throws config_error for
// one without a name; which ones there are is for the database to say.
std::string import_options(const command_line& line, const std::string& path);

} // namespace rowhouse
