#include "session.hpp"

#include "errors.hpp"

#include <csignal>

#include <array>
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace rowhouse {
namespace {

// What the signal handler works with. A command has one session, and the process ends with it.
std::atomic<int> received = 0;
PGcancel* canceller = nullptr;

void on_signal(int number) {
    received = number;
    std::array<char, 256> ignored{};
    PQcancel(canceller, ignored.data(), static_cast<int>(ignored.size())); // made for signal handlers
}

// The second signal of a kind ends the process at once.
void listen_for_signals(PGconn* handle) {
    canceller = PQgetCancel(handle);
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

// libpq's messages end with a line break.
std::string trimmed(std::string text) {
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    return text;
}

pool::lease connect(pool& connections) {
    try {
        return connections.acquire();
    } catch (const problem& error) {
        throw std::runtime_error(trimmed(error.logged));
    }
}

std::string failure(const PGresult* result, const PGconn* handle) {
    const auto field = [result](int code) -> std::string {
        const char* const text = PQresultErrorField(result, code);
        return text ? text : "";
    };
    const std::string state = field(PG_DIAG_SQLSTATE);
    if (state.empty()) return trimmed(PQerrorMessage(handle)); // the connection is gone
    std::string text = field(PG_DIAG_MESSAGE_PRIMARY) + " (" + state + ")";
    for (const int part : {PG_DIAG_MESSAGE_DETAIL, PG_DIAG_MESSAGE_HINT})
        if (const std::string more = field(part); !more.empty()) text += "\n" + more;
    if (state == "42501" || state == "28000")
        text += "\nThe database login must be a member of rowhouse_admin; to look and to verify, of rowhouse_user.";
    return text;
}

} // namespace

session::session(const config& settings) : connections_(settings), lease_(connect(connections_)) {
    listen_for_signals((*lease_).handle.get());
}

std::optional<std::string> session::call(const char* sql, const std::vector<std::optional<std::string>>& arguments) {
    if (received) throw interrupted(received);
    std::vector<const char*> values;
    for (const std::optional<std::string>& item : arguments)
        values.push_back(item ? item->c_str() : nullptr);
    PGconn* const handle = (*lease_).handle.get();
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexecParams(handle, sql, static_cast<int>(values.size()), nullptr, values.data(), nullptr, nullptr, 0),
        PQclear);
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) {
        const char* const state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
        if (received && state && state == std::string_view("57014")) throw interrupted(received);
        throw std::runtime_error(failure(result.get(), handle));
    }
    if (PQntuples(result.get()) == 0 || PQgetisnull(result.get(), 0, 0)) return std::nullopt;
    return PQgetvalue(result.get(), 0, 0);
}

} // namespace rowhouse
