#include "throttle.hpp"

#include "errors.hpp"
#include "multipart.hpp"

namespace rowhouse {
namespace {

// People behind one address share it.
constexpr std::size_t accounts_per_address = 10;
constexpr std::size_t longest_key = 320; // of an e-mail client, RFC 3696
constexpr std::size_t most_windows = 200'000;

std::string key_of(char kind, const std::string& name) {
    return kind + lower(name.substr(0, longest_key));
}

} // namespace

void login_throttle::require_below(const std::string& key, std::size_t limit) {
    const auto found = windows_.find(key);
    const auto now = clock::now();
    if (found == windows_.end() || found->second.ends <= now || found->second.failures < limit) return;
    ++refused_;
    problem error(429, "too_many_attempts", "too many attempts have failed");
    error.retry_after =
        static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(found->second.ends - now).count()) + 1;
    throw error;
}

void login_throttle::admit(const std::string& account, const std::string& client, const config& settings) {
    const std::lock_guard lock(mutex_);
    require_below(key_of('a', account), settings.login_failures);
    require_below(key_of('i', client), settings.login_failures * accounts_per_address);
}

void login_throttle::forget_the_old(clock::time_point now) {
    if (now < next_cleaning_ && windows_.size() < most_windows) return;
    next_cleaning_ = now + std::chrono::seconds(10);
    std::erase_if(windows_, [now](const auto& each) { return each.second.ends <= now; });
    // Somebody makes them up faster than they pass; what one address may do is bounded, so these come from many.
    if (windows_.size() >= most_windows) windows_.clear();
}

void login_throttle::count(const std::string& key, const config& settings) {
    const auto now = clock::now();
    forget_the_old(now);
    window& counted = windows_[key];
    if (counted.ends <= now) counted = {0, now + settings.login_window};
    ++counted.failures;
}

void login_throttle::failed(const std::string& account, const std::string& client, const config& settings) {
    const std::lock_guard lock(mutex_);
    if (!account.empty()) count(key_of('a', account), settings);
    count(key_of('i', client), settings);
}

void login_throttle::succeeded(const std::string& account) {
    const std::lock_guard lock(mutex_);
    windows_.erase(key_of('a', account));
}

unsigned long long login_throttle::refused() const {
    const std::lock_guard lock(mutex_);
    return refused_;
}

} // namespace rowhouse
