#include "throttle.hpp"

#include "errors.hpp"
#include "multipart.hpp"

#include <algorithm>

namespace rowhouse {
namespace {

// People behind one address share it.
constexpr std::size_t accounts_per_address = 10;
constexpr std::size_t longest_key = 320; // of an e-mail client, RFC 3696
constexpr std::size_t most_windows = 200'000;

// As the database compares addresses: letters of ASCII alone have no case.
std::string account_key(const std::string& name) {
    return name.empty() ? name : 'a' + lower(name.substr(0, longest_key));
}

// Who has one IPv6 address has the others of its /64 too.
std::string address_key(const std::string& client) {
    const std::optional<ip_address> address = parse_address(client);
    if (!address) return 'i' + client.substr(0, longest_key);
    const bool version4 = parse_network("::ffff:0.0.0.0/96")->contains(*address);
    return 'i' + std::string(address->begin(), address->begin() + (version4 ? 16 : 8));
}

} // namespace

void login_throttle::refuse(std::chrono::seconds retry_after) {
    ++refused_;
    problem error(429, "too_many_attempts", "too many attempts have failed");
    error.retry_after = static_cast<int>(retry_after.count()) + 1;
    throw error;
}

// Whether one more could fail and still be below the limit. Throws problem 429 where enough have failed already.
bool login_throttle::has_room(const std::string& key, std::size_t limit) {
    const auto found = windows_.find(key);
    if (found == windows_.end()) return true;
    const auto now = clock::now();
    const window& counted = found->second;
    const std::size_t failures = counted.ends > now ? counted.failures : 0;
    if (failures >= limit) refuse(std::chrono::duration_cast<std::chrono::seconds>(counted.ends - now));
    return failures + counted.running < limit;
}

login_throttle::attempt login_throttle::admit(const std::string& account, const std::string& client,
                                              const config& settings) {
    const std::string of_account = account_key(account), of_address = address_key(client);
    const auto deadline = clock::now() + settings.pool_wait;
    std::unique_lock lock(mutex_);
    while (!has_room(of_account, settings.login_failures) ||
           !has_room(of_address, settings.login_failures * accounts_per_address))
        if (ended_.wait_until(lock, deadline) == std::cv_status::timeout) refuse({});
    forget_the_old(clock::now());
    if (!of_account.empty()) ++windows_[of_account].running;
    ++windows_[of_address].running;
    return {*this, of_account, of_address};
}

void login_throttle::forget_the_old(clock::time_point now) {
    if (now < next_cleaning_ && windows_.size() < most_windows) return;
    next_cleaning_ = now + std::chrono::seconds(10);
    // Somebody makes them up faster than they pass; what one address may do is bounded, so these come from many.
    const auto is_past = [now](const auto& each) { return each.second.running == 0 && each.second.ends <= now; };
    std::erase_if(windows_, is_past);
    if (windows_.size() >= most_windows)
        std::erase_if(windows_, [](const auto& each) { return each.second.running == 0; });
}

void login_throttle::count(const std::string& key, const config& settings) {
    if (key.empty()) return;
    const auto now = clock::now();
    window& counted = windows_[key];
    if (counted.ends <= now) counted.failures = 0, counted.ends = now + settings.login_window;
    ++counted.failures;
}

void login_throttle::count(const attempt& one, const config& settings) {
    const std::lock_guard lock(mutex_);
    count(one.account_, settings);
    count(one.address_, settings);
}

void login_throttle::forget(const std::string& key) {
    const std::lock_guard lock(mutex_);
    if (const auto found = windows_.find(key); found != windows_.end()) found->second.failures = 0;
}

void login_throttle::end(const attempt& one) {
    const std::lock_guard lock(mutex_);
    for (const std::string& key : {one.account_, one.address_})
        if (const auto found = windows_.find(key); found != windows_.end()) {
            --found->second.running;
            if (found->second.running == 0 && found->second.failures == 0) windows_.erase(found);
        }
    ended_.notify_all();
}

unsigned long long login_throttle::refused() const {
    const std::lock_guard lock(mutex_);
    return refused_;
}

} // namespace rowhouse
