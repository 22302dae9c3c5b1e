#include "serve.hpp"

#include "config.hpp"
#include "connection.hpp"
#include "log.hpp"
#include "pool.hpp"
#include "request.hpp"
#include "startup.hpp"

#include <csignal>
#include <unistd.h>

#include <thread>

namespace rowhouse {

int serve(const std::vector<std::string>& arguments) {
    const config settings = load_config(arguments);
    set_log_level(settings.log_level);

    // Blocked before any thread exists, so that every thread inherits it and the signals wait for sigwait() below.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    if (settings.skip_pre_startup_tests) {
        log(log_level::warning, event::startup_checks_skipped);
    } else {
        const startup found = verify_before_serving(settings, signals);
        if (found == startup::interrupted) log(log_level::info, event::stopped);
        if (found != startup::verified) return found == startup::failed ? 1 : 0;
    }

    pool connections(settings);
    request_handler handler(settings, connections);
    http_server server(settings, handler);
    const int port = server.open();
    const std::string address = settings.listen_host + ":" + std::to_string(port < 0 ? settings.listen_port : port);
    if (port < 0) {
        log(log_level::error, event::failed_to_listen, {.message = address});
        return 1;
    }
    log(log_level::info, event::listening, {.message = address});

    bool orderly = false;
    std::thread acceptor([&server, &orderly] {
        orderly = server.serve();
        if (!orderly) ::kill(::getpid(), SIGTERM); // wakes sigwait()
    });
    int received = 0;
    sigwait(&signals, &received);
    log(log_level::info, event::stopping);
    server.shut_down();
    acceptor.join();
    log(log_level::info, event::stopped);
    return orderly ? 0 : 1;
}

} // namespace rowhouse
