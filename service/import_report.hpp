// Imports as people read them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace rowhouse {

// A status: [########            ]  43%  2150 of 5000 rows  8000 rows/s  writing
std::string progress_text(const nlohmann::ordered_json& status);

void print_status(const nlohmann::ordered_json& status);

// One line for each finding, as compilers write them: FILE:LINE: severity: column "email": message [code]
void print_preview(const nlohmann::ordered_json& preview, const std::string& file);

void print_undo(const nlohmann::ordered_json& undone);

// Whether every row of a batch is where it belongs, or may still get there.
bool all_is_well(const nlohmann::ordered_json& status);
bool would_import_all(const nlohmann::ordered_json& preview);
bool has_ended(const nlohmann::ordered_json& status);

} // namespace rowhouse
