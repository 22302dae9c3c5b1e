// The command line's connection to the database. A call outside a transaction is committed when it returns. SIGINT and
// SIGTERM cancel the call that runs and end the wait.
#pragma once

#include "config.hpp"
#include "pool.hpp"

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse {

// The user or the system wants the command to end. What was committed before stays.
struct interrupted : std::exception {
    explicit interrupted(int number, std::string what_is_kept = "interrupted; what was done before is kept")
        : signal(number), text(std::move(what_is_kept)) {}
    const char* what() const noexcept override { return text.c_str(); }
    int signal;
    std::string text;
};

// What the database said no to. The text is for people: message, SQLSTATE, detail, hint.
struct refused : std::runtime_error {
    refused(std::string code, const std::string& text) : runtime_error(text), state(std::move(code)) {}
    std::string state; // empty when the connection is gone
};

// The bytes of a file, as they are. They must outlive the call.
struct bytes {
    std::string_view content;
};

class session {
public:
    // The value of a parameter: text, NULL, or bytes.
    struct value {
        value(std::nullopt_t) {}
        value(const char* given) : text(given) {}
        value(std::string given) : text(std::move(given)) {}
        value(std::optional<std::string> given) : text(std::move(given)) {}
        value(bytes given) : binary(given.content) {}
        std::optional<std::string> text{};
        std::optional<std::string_view> binary{};
    };

    // `rights` is added to what the database says about missing ones: it knows which function was called, and not
    // what for. Throws std::runtime_error when there is no way into the database.
    explicit session(const config& settings, std::string rights = "");
    session(const session&) = delete;

    // The first column of the first row; nothing for NULL or no row. Throws interrupted, or refused.
    std::optional<std::string> call(const char* sql, const std::vector<value>& values = {});

    // Returns when something was announced, on a channel that is listened to, with `text` in it, or when the time is
    // over. Throws interrupted, or refused when the connection is gone.
    void wait(std::chrono::milliseconds most, std::string_view text);

    // After `interrupted`: lets calls through again. The next signal of the same kind ends the process.
    void resume();

    // Several calls that count together. Without commit() they are taken back.
    class transaction {
    public:
        explicit transaction(session& owner);
        transaction(const transaction&) = delete;
        ~transaction();
        void commit();

    private:
        session& owner_;
        bool open_ = true;
    };

private:
    PGconn* handle() const { return (*lease_).handle.get(); }

    std::string rights_;
    pool connections_;
    pool::lease lease_;
};

} // namespace rowhouse
