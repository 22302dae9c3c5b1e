#include "network.hpp"

#include "multipart.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace rowhouse {

bool network::contains(const ip_address& one) const {
    const auto whole = static_cast<std::size_t>(bits / 8);
    if (!std::equal(one.begin(), one.begin() + static_cast<std::ptrdiff_t>(whole), base.begin())) return false;
    if (bits % 8 == 0) return true;
    const int mask = 0xff << (8 - bits % 8) & 0xff;
    return ((one[whole] ^ base[whole]) & mask) == 0;
}

std::optional<ip_address> parse_address(std::string_view text) {
    const std::string terminated(text);
    ip_address found{};
    if (::inet_pton(AF_INET6, terminated.c_str(), found.data()) == 1) return found;
    found = {};
    found[10] = found[11] = 0xff;
    if (::inet_pton(AF_INET, terminated.c_str(), found.data() + 12) == 1) return found;
    return std::nullopt;
}

std::optional<network> parse_network(std::string_view text) {
    const auto slash = text.find('/');
    const std::string_view host = text.substr(0, slash);
    const std::optional<ip_address> base = parse_address(host);
    if (!base) return std::nullopt;
    if (slash == text.npos) return network{*base, 128};
    const std::string_view length = text.substr(slash + 1);
    const int most = host.find(':') == host.npos ? 32 : 128;
    int bits = -1;
    const auto [end, code] = std::from_chars(length.data(), length.data() + length.size(), bits);
    if (code != std::errc{} || end != length.data() + length.size() || bits < 0 || bits > most) return std::nullopt;
    return network{*base, 128 - most + bits};
}

bool contains(const std::vector<network>& networks, std::string_view text) {
    const std::optional<ip_address> one = parse_address(text);
    return one &&
           std::any_of(networks.begin(), networks.end(), [&](const network& each) { return each.contains(*one); });
}

std::string client_address(std::string_view peer, std::string_view forwarded_for,
                           const std::vector<network>& trusted_proxies) {
    std::string found(peer);
    std::vector<std::string> chain = split_list(forwarded_for);
    while (!chain.empty() && contains(trusted_proxies, found) && parse_address(chain.back())) {
        found = std::move(chain.back());
        chain.pop_back();
    }
    return found;
}

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto comma = text.find(',');
        if (const std::string_view part = trim(text.substr(0, comma)); !part.empty()) parts.emplace_back(part);
        text.remove_prefix(comma == text.npos ? text.size() : comma + 1);
    }
    return parts;
}

} // namespace rowhouse
