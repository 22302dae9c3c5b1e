#include "session.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <utility>
#include <vector>

namespace pool_test {

std::string_view answer::sqlstate() const {
    const ExecStatusType status = PQresultStatus(result_.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return {};
    const char* state = PQresultErrorField(result_.get(), PG_DIAG_SQLSTATE);
    return state ? state : "no SQLSTATE";
}

std::string answer::error() const {
    return std::string(sqlstate()) + " " + PQresultErrorMessage(result_.get());
}

session::session(std::string conninfo) : conninfo_(std::move(conninfo)) {
    reconnect();
}

void session::reconnect() {
    handle_.reset();
    handle_.reset(PQconnectdb(conninfo_.c_str()));
    if (PQstatus(handle_.get()) != CONNECTION_OK) throw connection_lost(PQerrorMessage(handle_.get()));
}

answer session::checked(PGresult* result) {
    answer got(result);
    if (PQstatus(handle_.get()) != CONNECTION_OK) throw connection_lost(PQerrorMessage(handle_.get()));
    return got;
}

answer session::run(const char* statement, std::initializer_list<std::string_view> parameters) {
    std::vector<std::string> values(parameters.begin(), parameters.end());
    std::vector<const char*> pointers;
    for (const std::string& value : values)
        pointers.push_back(value.c_str());
    return checked(PQexecParams(handle_.get(), statement, static_cast<int>(pointers.size()), nullptr, pointers.data(),
                                nullptr, nullptr, 0));
}

void session::send(const char* statement) {
    if (!PQsendQuery(handle_.get(), statement)) throw connection_lost(PQerrorMessage(handle_.get()));
}

answer session::run_cancelled(const char* statement) {
    send(statement);
    struct free_cancel {
        void operator()(PGcancel* cancel) const { PQfreeCancel(cancel); }
    };
    const std::unique_ptr<PGcancel, free_cancel> cancel(PQgetCancel(handle_.get()));
    constexpr int head_start_ms = 5;
    constexpr int patience_ms = 1000; // a cancel that comes before the statement has begun is lost: then once more
    int wait = head_start_ms;
    while (PQisBusy(handle_.get())) {
        pollfd watched{PQsocket(handle_.get()), POLLIN, 0};
        if (::poll(&watched, 1, wait) > 0) {
            if (!PQconsumeInput(handle_.get())) throw connection_lost(PQerrorMessage(handle_.get()));
            continue;
        }
        char error[256];
        if (!PQcancel(cancel.get(), error, sizeof error)) throw connection_lost(error);
        wait = patience_ms;
    }
    answer got = checked(PQgetResult(handle_.get()));
    while (PGresult* rest = PQgetResult(handle_.get()))
        PQclear(rest);
    return got;
}

void session::vanish() {
    ::shutdown(PQsocket(handle_.get()), SHUT_RDWR);
    reconnect();
}

void session::vanish_during(const char* statement) {
    send(statement);
    PQflush(handle_.get());
    vanish();
}

} // namespace pool_test
