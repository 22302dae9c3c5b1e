// What an error of the database says about a row of a file.
#pragma once

#include "pg/guard.hpp"

namespace rowhouse::imports {

// An error that would meet every row, or that says nothing about the row: it ends the batch.
bool concerns_batch(int sqlstate);

// The code of the finding about a cell whose type refused it, and about a row that the table refused.
std::string_view cell_code_of(int sqlstate);
std::string_view row_code_of(int sqlstate);

// As findings show it.
std::string message_of(const ErrorData& error);

} // namespace rowhouse::imports
