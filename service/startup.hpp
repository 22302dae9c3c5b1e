// Before the service listens: can it serve at all?
#pragma once

#include "config.hpp"

#include <csignal>

namespace rowhouse {

enum class startup { verified, failed, interrupted };

// Tries until the database can be reached, the extension is there and rowhouse.verify_profiles() finds nothing wrong,
// or until settings.pre_startup_test_timeout is over. Logs what it found. One of `signals`, which must be blocked, ends
// it early.
startup verify_before_serving(const config& settings, const sigset_t& signals);

} // namespace rowhouse
