#include "transaction.hpp"

#include "errors.hpp"

#include <poll.h>

#include <array>
#include <cerrno>
#include <memory>
#include <utility>

namespace rowhouse {
namespace {

struct result_closer {
    void operator()(PGresult* handle) const { PQclear(handle); }
};
using result = std::unique_ptr<PGresult, result_closer>;

constexpr const char* settings_sql = "SELECT set_config('rowhouse.token', $1, true), "
                                     "set_config('rowhouse.organization', $2, true), "
                                     "set_config('statement_timeout', $3, true), "
                                     "set_config('transaction_read_only', $4, true)";

// The session died. Kept apart from other problems because reading may be repeated.
struct connection_lost : problem {
    explicit connection_lost(PGconn* handle) : problem(database_unavailable(PQerrorMessage(handle))) {}
};

void require(bool sent, PGconn* handle) {
    if (!sent) throw connection_lost(handle);
}

// What was prepared in the session does not fit any more. Nothing was done, so another session may.
struct session_spoiled : problem {
    explicit session_spoiled(const problem& found) : problem(found) {}
};

// Nobody waits for the answer any more; 499 is what nginx calls that.
struct client_gone : problem {
    client_gone() : problem(499, "client_gone", "the client has gone away") {}
};

std::string_view error_field(const PGresult* error, int code) {
    const char* const text = PQresultErrorField(error, code);
    return text ? text : "";
}

// What comes in spite of a cancel request is what has happened: it may have come too late.
bool is_cancelled(const PGresult* error) {
    return error_field(error, PG_DIAG_SQLSTATE) == "57014";
}

// Waits until the server has sent something. A client that goes away meanwhile has its statement cancelled: whatever
// the answer is, it comes soon then.
class patience {
public:
    patience(PGconn* handle, int client) : handle_(handle), client_(client) {}

    void wait() {
        std::array<pollfd, 2> watched{pollfd{PQsocket(handle_), POLLIN, 0},
                                      pollfd{cancelled_ ? -1 : client_, POLLRDHUP, 0}};
        const int ready = ::poll(watched.data(), watched.size(), -1);
        if (ready < 0 && errno != EINTR) throw connection_lost(handle_);
        if (ready > 0 && watched[1].revents) cancel();
        if (ready > 0 && watched[0].revents) require(PQconsumeInput(handle_) == 1, handle_);
    }
    bool cancelled() const { return cancelled_; }

private:
    void cancel() {
        cancelled_ = true;
        const std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> request(PQgetCancel(handle_), PQfreeCancel);
        std::array<char, 256> ignored{};
        if (request) PQcancel(request.get(), ignored.data(), static_cast<int>(ignored.size()));
    }

    PGconn* handle_;
    int client_;
    bool cancelled_ = false;
};

// Queues statements and remembers, for each, what its result is good for. Up to the sync they are one transaction,
// which PostgreSQL begins and commits by itself.
class pipeline {
public:
    pipeline(connection& session, int client)
        : session_(session), handle_(session.handle.get()), patience_(handle_, client) {
        require(PQenterPipelineMode(handle_) == 1, handle_);
    }

    void prepared(const char* sql, const std::vector<argument>& arguments) {
        auto known = session_.prepared.find(sql);
        if (known == session_.prepared.end()) {
            statement fresh{"rowhouse_" + std::to_string(session_.prepared.size())};
            known = session_.prepared.emplace(sql, std::move(fresh)).first;
        }
        const std::string& name = known->second.name;
        if (!known->second.ready) {
            require(PQsendPrepare(handle_, name.c_str(), sql, 0, nullptr) == 1, handle_);
            preparing_.emplace_back(queued_++, &known->second);
        }
        std::vector<const char*> values;
        std::vector<int> lengths, formats;
        for (const argument& item : arguments) {
            // A binary value of no bytes still needs a pointer, or libpq would send NULL.
            values.push_back(item.binary ? (item.bytes.empty() ? "" : item.bytes.data())
                             : item.text ? item.text->c_str()
                                         : nullptr);
            lengths.push_back(item.binary ? static_cast<int>(item.bytes.size()) : 0);
            formats.push_back(item.binary ? 1 : 0);
        }
        require(PQsendQueryPrepared(handle_, name.c_str(), static_cast<int>(values.size()), values.data(),
                                    lengths.data(), formats.data(), 0) == 1,
                handle_);
        last_ = queued_++;
    }

    // Sends everything, waits for everything; the result of the statement that was prepared() last.
    // The first error is the one that counts: all later results only say that the pipeline was aborted.
    result finish() {
        require(PQpipelineSync(handle_) == 1, handle_);
        result answer, error;
        std::size_t position = 0;
        for (bool synced = false; !synced;) {
            while (PQisBusy(handle_))
                patience_.wait();
            result current(PQgetResult(handle_));
            if (!current) {
                if (PQstatus(handle_) != CONNECTION_OK) throw connection_lost(handle_);
                ++position; // a null result ends each statement's results
                continue;
            }
            const ExecStatusType status = PQresultStatus(current.get());
            if (status == PGRES_PIPELINE_SYNC) {
                synced = true;
            } else if (status == PGRES_FATAL_ERROR) {
                if (!error) error = std::move(current);
            } else if (status != PGRES_PIPELINE_ABORTED) {
                for (const auto& [index, made] : preparing_)
                    if (index == position) made->ready = true;
                if (position == last_) answer = std::move(current);
            }
        }
        if (PQstatus(handle_) != CONNECTION_OK) throw connection_lost(handle_);
        require(PQexitPipelineMode(handle_) == 1, handle_);
        if (patience_.cancelled() && error && is_cancelled(error.get())) throw client_gone();
        return error ? std::move(error) : std::move(answer);
    }

private:
    connection& session_;
    PGconn* handle_;
    patience patience_;
    std::size_t queued_ = 0, last_ = 0;
    std::vector<std::pair<std::size_t, statement*>> preparing_{};
};

// Whether the session's prepared statements no longer fit: a pooler switched the session, or the extension was updated
// underneath. The next request gets a new session. 0A000 alone says nothing: any client can bring it about.
bool spoils_session(const PGresult* error) {
    const std::string_view sqlstate = error_field(error, PG_DIAG_SQLSTATE);
    return sqlstate.starts_with("26") || sqlstate == "42P05" ||
           (sqlstate == "0A000" && error_field(error, PG_DIAG_SOURCE_FUNCTION) == "RevalidateCachedQuery");
}

[[noreturn]] void fail(pool::lease& lease, const PGresult* error) {
    const std::string_view sqlstate = error_field(error, PG_DIAG_SQLSTATE);
    if (sqlstate.empty()) throw connection_lost((*lease).handle.get());
    const problem found =
        from_sqlstate(sqlstate, error_field(error, PG_DIAG_MESSAGE_PRIMARY), error_field(error, PG_DIAG_MESSAGE_HINT),
                      error_field(error, PG_DIAG_MESSAGE_DETAIL));
    if (!spoils_session(error)) throw found;
    lease.discard();
    throw session_spoiled(found);
}

std::optional<std::string> run_once(pool& connections, const sql_call& call) {
    pool::lease lease = connections.acquire();
    pipeline steps(*lease, call.client);
    steps.prepared(settings_sql,
                   {argument{std::string(call.token)}, argument{std::string(call.organization)},
                    argument{std::to_string(call.statement_timeout.count())}, argument{call.read_only ? "on" : "off"}});
    steps.prepared(call.sql, call.arguments);
    const result answer = steps.finish();
    if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK) fail(lease, answer.get());
    if (PQntuples(answer.get()) == 0 || PQgetisnull(answer.get(), 0, 0)) return std::nullopt;
    return std::string(PQgetvalue(answer.get(), 0, 0), static_cast<std::size_t>(PQgetlength(answer.get(), 0, 0)));
}

} // namespace

std::optional<std::string> run(pool& connections, const sql_call& call) {
    bool lost = false;
    for (std::size_t spoiled = 0;;) {
        try {
            return run_once(connections, call);
        } catch (const connection_lost&) {
            if (!call.read_only || std::exchange(lost, true)) throw;
        } catch (const session_spoiled&) {
            if (++spoiled > connections.count().size) throw; // every session there was
        }
    }
}

} // namespace rowhouse
