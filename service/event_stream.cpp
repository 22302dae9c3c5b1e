#include "event_stream.hpp"

#include <nlohmann/json.hpp>

#include <poll.h>

#include <memory>

namespace rowhouse {
namespace {

// Whatever was announced comes at once; this is for what is not, as when the database was away.
constexpr std::chrono::seconds look_anyway{5};

// What outlives the request's handler.
struct event_source {
    event_source(pool& all, import_events& announced, const std::string& batch, sql_call&& wanted)
        : connections(all), events(announced), watch(announced, batch), token(wanted.token),
          organization(wanted.organization), call(std::move(wanted)) {
        call.token = token;
        call.organization = organization;
    }

    pool& connections;
    import_events& events;
    import_events::watch watch;
    std::string token, organization;
    sql_call call;
    std::string last{};
};

// The part that tells one state from another: rows per second change with every look.
std::string state_of(nlohmann::ordered_json status) {
    status.erase("rows_per_second");
    return status.dump();
}

bool is_at_end(const nlohmann::ordered_json& status) {
    const auto& state = status.at("status");
    return state == "completed" || state == "failed" || state == "cancelled";
}

// False at the end of the batch.
bool send(const std::string& value, event_source& from, httplib::DataSink& sink) {
    const auto status = nlohmann::ordered_json::parse(value);
    const std::string state = state_of(status);
    // A comment finds out whether anybody is there.
    const std::string text = state == from.last ? ":\n\n" : "event: status\ndata: " + value + "\n\n";
    from.last = state;
    sink.write(text.data(), text.size());
    return !is_at_end(status);
}

bool is_gone(int socket) {
    pollfd watched{socket, POLLRDHUP, 0};
    return ::poll(&watched, 1, 0) > 0;
}

} // namespace

void answer_events(exchange& current, httplib::Response& response, pool& connections, import_events& events,
                   sql_call call, const std::string& batch) {
    if (events.watches() >= current.settings->max_streams) {
        problem busy(503, "too_many_streams", "too many clients are sent events");
        busy.retry_after = 5;
        throw busy;
    }
    const auto from = std::make_shared<event_source>(connections, events, batch, std::move(call));
    std::string first = run(connections, from->call).value(); // before it, nothing can be missed: we watch already
    response.set_header("X-Accel-Buffering", "no");           // nginx would keep the events until they are many
    response.set_chunked_content_provider(
        "text/event-stream", [from, &current, next = std::move(first)](std::size_t, httplib::DataSink& sink) mutable {
            try {
                bool more = send(next, *from, sink);
                if (!current.flush()) return false;
                while (more) {
                    from->watch.wait(look_anyway);
                    if (from->events.is_stopping() || is_gone(current.socket)) break;
                    more = send(run(from->connections, from->call).value(), *from, sink);
                    if (!current.flush()) return false;
                }
            } catch (const problem& error) {
                const std::string text = "event: problem\ndata: " + problem_document(error, current.id) + "\n\n";
                sink.write(text.data(), text.size());
                current.failure = error;
            }
            sink.done();
            return true;
        });
}

} // namespace rowhouse
