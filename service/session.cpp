#include "session.hpp"

#include "errors.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <memory>

namespace rowhouse {
namespace {

using result = std::unique_ptr<PGresult, decltype(&PQclear)>;

// What the signal handler works with. A command has one session, and the process ends with it.
std::atomic<int> received = 0;
PGcancel* canceller = nullptr;
int alarm_bell = -1; // wakes wait()

void on_signal(int number) {
    const int kept = errno;
    received = number;
    std::array<char, 256> ignored{};
    PQcancel(canceller, ignored.data(), static_cast<int>(ignored.size())); // made for signal handlers
    constexpr std::uint64_t once = 1;
    if (::write(alarm_bell, &once, sizeof once) < 0) {
    } // only when it rings already
    errno = kept;
}

// The second signal of a kind ends the process at once.
void listen_for_signals(PGconn* handle) {
    canceller = PQgetCancel(handle);
    alarm_bell = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
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

refused refusal(const PGresult* answer, const PGconn* handle, const std::string& rights) {
    const auto field = [answer](int code) -> std::string {
        const char* const text = PQresultErrorField(answer, code);
        return text ? text : "";
    };
    const std::string state = field(PG_DIAG_SQLSTATE);
    if (state.empty()) return {state, trimmed(PQerrorMessage(handle))}; // the connection is gone
    std::string text = field(PG_DIAG_MESSAGE_PRIMARY) + " (" + state + ")";
    for (const int part : {PG_DIAG_MESSAGE_DETAIL, PG_DIAG_MESSAGE_HINT})
        if (const std::string more = field(part); !more.empty()) text += "\n" + more;
    if ((state == "42501" || state == "28000") && !rights.empty()) text += "\n" + rights;
    return {state, text};
}

} // namespace

session::session(const config& settings, std::string rights)
    : rights_(std::move(rights)), connections_(settings), lease_(connect(connections_)) {
    listen_for_signals(handle());
}

std::optional<std::string> session::call(const char* sql, const std::vector<value>& values) {
    if (received) throw interrupted(received);
    std::vector<const char*> texts;
    std::vector<int> lengths, formats;
    for (const value& item : values) {
        texts.push_back(item.binary ? item.binary->data() : item.text ? item.text->c_str() : nullptr);
        lengths.push_back(item.binary ? static_cast<int>(item.binary->size()) : 0);
        formats.push_back(item.binary ? 1 : 0);
    }
    const result answer(PQexecParams(handle(), sql, static_cast<int>(texts.size()), nullptr, texts.data(),
                                     lengths.data(), formats.data(), 0),
                        PQclear);
    const ExecStatusType status = PQresultStatus(answer.get());
    if (status == PGRES_COMMAND_OK) return std::nullopt;
    if (status != PGRES_TUPLES_OK) {
        refused error = refusal(answer.get(), handle(), rights_);
        if (received && error.state == "57014") throw interrupted(received);
        throw error;
    }
    if (PQntuples(answer.get()) == 0 || PQgetisnull(answer.get(), 0, 0)) return std::nullopt;
    return PQgetvalue(answer.get(), 0, 0);
}

void session::wait(std::chrono::milliseconds most, std::string_view text) {
    using clock = std::chrono::steady_clock;
    const auto deadline = clock::now() + most;
    while (true) {
        if (received) throw interrupted(received);
        if (PQconsumeInput(handle()) == 0) throw refused("", trimmed(PQerrorMessage(handle())));
        while (PGnotify* const raw = PQnotifies(handle())) {
            const std::unique_ptr<PGnotify, decltype(&PQfreemem)> heard(raw, PQfreemem);
            if (std::string_view(heard->extra).find(text) != std::string_view::npos) return;
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now()).count();
        if (left <= 0) return;
        std::array<pollfd, 2> watched{pollfd{PQsocket(handle()), POLLIN, 0}, pollfd{alarm_bell, POLLIN, 0}};
        ::poll(watched.data(), watched.size(), static_cast<int>(left));
    }
}

void session::resume() {
    received = 0;
    std::uint64_t rung = 0;
    if (::read(alarm_bell, &rung, sizeof rung) < 0) {
    } // the signal came during a call, say
}

// At any default of the database: what another session has committed meanwhile is to be seen.
session::transaction::transaction(session& owner) : owner_(owner) {
    owner_.call("BEGIN ISOLATION LEVEL READ COMMITTED");
}

session::transaction::~transaction() {
    if (open_) PQclear(PQexec(owner_.handle(), "ROLLBACK"));
}

void session::transaction::commit() {
    owner_.call("COMMIT");
    open_ = false;
}

} // namespace rowhouse
