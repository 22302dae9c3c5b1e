#include "serve.hpp"

#include "config.hpp"
#include "connection.hpp"
#include "events.hpp"
#include "log.hpp"
#include "maintenance.hpp"
#include "pool.hpp"
#include "request.hpp"
#include "startup.hpp"
#include "tls.hpp"

#include <csignal>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <thread>

namespace rowhouse {
namespace {

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

// A mistake leaves everything as it is.
void reload(const std::vector<std::string>& arguments, const config& running, live_config& live, tls& encryption) {
    try {
        config loaded = load_config(arguments);
        encryption.reload();
        const std::vector<std::string> later = fixed_settings_that_differ(running, loaded);
        set_log_level(loaded.log_level);
        live.replace(std::move(loaded));
        log(log_level::info, event::settings_reloaded,
            {.message = later.empty() ? "" : "from the next start on: " + joined(later)});
    } catch (const config_error& error) {
        log(log_level::error, event::settings_refused, {.message = error.what()});
    }
}

} // namespace

int serve(const std::vector<std::string>& given) {
    std::vector<std::string> arguments = given;
    const bool print = std::erase(arguments, "--print-config") > 0;
    live_config live(load_config(arguments));
    const config_snapshot running = live.current();
    const config& settings = *running;
    if (print) return std::fputs(print_settings(settings).c_str(), stdout), 0;
    tls encryption(settings.tls_certificate, settings.tls_key);
    set_log_level(settings.log_level);
    if (!settings.ignored.empty()) log(log_level::info, event::settings_ignored, {.message = joined(settings.ignored)});

    // Blocked before any thread exists, so that every thread inherits it and the signals wait for sigwait() below.
    sigset_t endings, signals;
    sigemptyset(&endings);
    sigaddset(&endings, SIGTERM);
    sigaddset(&endings, SIGINT);
    signals = endings;
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);

    if (settings.skip_pre_startup_tests) {
        log(log_level::warning, event::startup_checks_skipped);
    } else {
        const startup found = verify_before_serving(settings, endings);
        if (found == startup::interrupted) log(log_level::info, event::stopped);
        if (found != startup::verified) return found == startup::failed ? 1 : 0;
    }

    pool connections(settings);
    import_events events(settings);
    request_handler handler(connections, events);
    http_server server(live, handler, encryption);
    const int port = server.open();
    const std::string place = settings.listen_host + ":" + std::to_string(port < 0 ? settings.listen_port : port);
    if (port < 0) {
        log(log_level::error, event::failed_to_listen, {.message = place});
        return 1;
    }
    log(log_level::info, event::listening, {.message = place});

    maintenance upkeep(settings, connections);
    bool orderly = false;
    std::thread acceptor([&server, &orderly] {
        orderly = server.serve();
        if (!orderly) ::kill(::getpid(), SIGTERM); // wakes sigwait()
    });
    int received = SIGHUP;
    while (sigwait(&signals, &received) == 0 && received == SIGHUP)
        reload(arguments, settings, live, encryption);
    log(log_level::info, event::stopping);
    events.stop();
    server.shut_down();
    acceptor.join();
    log(log_level::info, event::stopped);
    return orderly ? 0 : 1;
}

} // namespace rowhouse
