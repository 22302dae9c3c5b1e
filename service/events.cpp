#include "events.hpp"

#include "pool.hpp"

#include <nlohmann/json.hpp>

#include <poll.h>

namespace rowhouse {
namespace {

constexpr std::chrono::milliseconds look_around{200};
constexpr std::chrono::seconds pause_between_attempts{2};

} // namespace

import_events::import_events(const config& settings) : settings_(settings), listener_([this] { listen(); }) {}

import_events::~import_events() {
    stop();
    listener_.join();
}

void import_events::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    announced_.notify_all();
}

std::size_t import_events::watches() const {
    const std::lock_guard lock(mutex_);
    return watches_;
}

// Without the database nothing is announced, and who watches looks by itself now and then.
void import_events::listen() {
    while (!stopping_) {
        try {
            listen_once();
        } catch (const std::exception&) {
        }
        std::unique_lock lock(mutex_);
        announced_.wait_for(lock, pause_between_attempts, [this] { return stopping_.load(); });
    }
}

void import_events::listen_once() {
    const std::unique_ptr<connection> session = connect_to_database(settings_);
    PGconn* const handle = session->handle.get();
    PQclear(PQexec(handle, "LISTEN rowhouse_imports"));
    while (!stopping_ && PQstatus(handle) == CONNECTION_OK) {
        pollfd watched{PQsocket(handle), POLLIN, 0};
        if (::poll(&watched, 1, static_cast<int>(look_around.count())) > 0 && PQconsumeInput(handle) == 0) return;
        while (PGnotify* const note = PQnotifies(handle)) {
            const std::unique_ptr<PGnotify, decltype(&PQfreemem)> owned(note, PQfreemem);
            announce(note->extra);
        }
    }
}

void import_events::announce(const std::string& payload) {
    const nlohmann::json note = nlohmann::json::parse(payload, nullptr, false);
    if (!note.is_object() || !note.contains("batch") || !note["batch"].is_string()) return; // anybody may notify
    {
        const std::lock_guard lock(mutex_);
        const auto found = subjects_.find(note["batch"].get<std::string>());
        if (found == subjects_.end()) return;
        ++found->second.announced;
    }
    announced_.notify_all();
}

import_events::watch::watch(import_events& events, std::string batch) : events_(events), batch_(std::move(batch)) {
    const std::lock_guard lock(events_.mutex_);
    subject& about = events_.subjects_[batch_];
    ++about.watches;
    ++events_.watches_;
    seen_ = about.announced;
}

import_events::watch::~watch() {
    const std::lock_guard lock(events_.mutex_);
    --events_.watches_;
    const auto found = events_.subjects_.find(batch_);
    if (--found->second.watches == 0) events_.subjects_.erase(found);
}

void import_events::watch::wait(std::chrono::milliseconds most) {
    std::unique_lock lock(events_.mutex_);
    const subject& about = events_.subjects_.find(batch_)->second;
    events_.announced_.wait_for(lock, most, [&] { return events_.stopping_ || about.announced != seen_; });
    seen_ = about.announced;
}

} // namespace rowhouse
