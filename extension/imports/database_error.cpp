#include "imports/database_error.hpp"

namespace rowhouse::imports {

bool concerns_batch(int sqlstate) {
    if (sqlstate == ERRCODE_CONFIGURATION_LIMIT_EXCEEDED) return false; // a quota: fewer rows may fit
    for (const int category :
         {ERRCODE_CONNECTION_EXCEPTION, ERRCODE_INVALID_TRANSACTION_STATE, ERRCODE_TRANSACTION_ROLLBACK,
          ERRCODE_INSUFFICIENT_RESOURCES, ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, ERRCODE_OPERATOR_INTERVENTION,
          ERRCODE_SYSTEM_ERROR, ERRCODE_INTERNAL_ERROR})
        if (ERRCODE_TO_CATEGORY(sqlstate) == ERRCODE_TO_CATEGORY(category)) return true;
    return false;
}

std::string_view cell_code_of(int sqlstate) {
    switch (sqlstate) {
    case ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE:
        return "number-range";
    case ERRCODE_DATETIME_FIELD_OVERFLOW:
        return "date-out-of-range";
    case ERRCODE_STRING_DATA_RIGHT_TRUNCATION:
        return "max-length";
    case ERRCODE_NOT_NULL_VIOLATION:
        return "required";
    case ERRCODE_CHECK_VIOLATION:
        return "check-violation";
    default:
        return "type-error";
    }
}

std::string_view row_code_of(int sqlstate) {
    switch (sqlstate) {
    case ERRCODE_UNIQUE_VIOLATION:
    case ERRCODE_EXCLUSION_VIOLATION:
        return "conflict";
    case ERRCODE_FOREIGN_KEY_VIOLATION:
        return "foreign-key";
    case ERRCODE_INSUFFICIENT_PRIVILEGE:
    case ERRCODE_WITH_CHECK_OPTION_VIOLATION:
        return "not-permitted";
    case ERRCODE_CONFIGURATION_LIMIT_EXCEEDED:
        return "quota";
    default:
        break;
    }
    if (ERRCODE_TO_CATEGORY(sqlstate) == ERRCODE_TO_CATEGORY(ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION) ||
        ERRCODE_TO_CATEGORY(sqlstate) == ERRCODE_TO_CATEGORY(ERRCODE_DATA_EXCEPTION))
        return "check-violation";
    return "trigger-error";
}

std::string message_of(const ErrorData& error) {
    return std::string(error.message) + " (SQLSTATE " + pg::sqlstate_text(error.sqlerrcode) + ")";
}

} // namespace rowhouse::imports
