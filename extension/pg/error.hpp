// Errors on the C++ side of the bridge. A room throws pg::error; PostgreSQL's own errors arrive as pg::postgres_error
// (see guard.hpp). Both end as one ereport at the entry of the SQL function.
#pragma once

#include "pg/postgres.hpp"

namespace rowhouse::pg {

// What the SQL caller gets: SQLSTATE, primary message (short, lower case, no full stop), detail and hint (whole
// sentences). `code` is made by MAKE_SQLSTATE or an ERRCODE_ constant.
class error : public std::exception {
public:
    error(int code, std::string message, std::string hint = {}, std::string detail = {})
        : code_(code), message_(std::move(message)), hint_(std::move(hint)), detail_(std::move(detail)) {}

    int code() const noexcept { return code_; }
    const std::string& message() const noexcept { return message_; }
    const std::string& hint() const noexcept { return hint_; }
    const std::string& detail() const noexcept { return detail_; }
    const char* what() const noexcept override { return message_.c_str(); }

private:
    int code_;
    std::string message_;
    std::string hint_;
    std::string detail_;
};

// "Not there" and "not yours" are the same answer by design: P0002, which the service turns into 404.
inline error not_found(std::string message) {
    return error(ERRCODE_NO_DATA_FOUND, std::move(message));
}

// The five characters of a code.
inline std::string sqlstate_text(int code) {
    std::string text;
    for (int i = 0; i < 5; i++, code >>= 6)
        text += static_cast<char>(PGUNSIXBIT(code));
    return text;
}

// A PostgreSQL error caught by pg_try, with every field kept. The ErrorData lives until the end of the transaction, so
// it outlives the rollback of the subtransaction it happened in.
class postgres_error : public std::exception {
public:
    explicit postgres_error(ErrorData* data) noexcept : data_(data) {}
    ErrorData* data() const noexcept { return data_; }
    const char* what() const noexcept override { return data_->message; }

private:
    ErrorData* data_;
};

} // namespace rowhouse::pg
