// One connection and what comes back from it.
#pragma once

#include <libpq-fe.h>

#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pool_test {

// The connection is gone, which nobody had asked for.
struct connection_lost : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class answer {
public:
    explicit answer(PGresult* result) : result_(result) {}

    std::string_view sqlstate() const; // empty when the statement succeeded
    std::string error() const;         // SQLSTATE and message, for a human
    int rows() const { return PQntuples(result_.get()); }
    std::string_view at(int row, int column) const { return PQgetvalue(result_.get(), row, column); }
    std::string_view touched() const { return PQcmdTuples(result_.get()); }

private:
    struct clear {
        void operator()(PGresult* result) const { PQclear(result); }
    };
    std::unique_ptr<PGresult, clear> result_;
};

class session {
public:
    explicit session(std::string conninfo);

    answer run(const char* statement, std::initializer_list<std::string_view> parameters = {});

    // Starts the statement and cancels it while it runs.
    answer run_cancelled(const char* statement);

    // What a process that is killed looks like from outside: no good-bye. Then somebody else connects.
    void vanish();
    void vanish_during(const char* statement);

    void reconnect();

private:
    struct close {
        void operator()(PGconn* handle) const { PQfinish(handle); }
    };
    void send(const char* statement);
    answer checked(PGresult* result);

    std::string conninfo_;
    std::unique_ptr<PGconn, close> handle_{};
};

} // namespace pool_test
