// Addresses and networks: which proxies are believed, and who may see the figures.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse {

// IPv4 addresses as IPv4-mapped ones (RFC 4291 section 2.5.5.2), so that both kinds compare.
using ip_address = std::array<std::uint8_t, 16>;

struct network {
    ip_address base{};
    int bits = 128;

    bool contains(const ip_address& one) const;
};

// Nothing for what is no address.
std::optional<ip_address> parse_address(std::string_view text);
// 10.0.0.0/8, ::1. Nothing for what is neither an address nor a network.
std::optional<network> parse_network(std::string_view text);

bool contains(const std::vector<network>& networks, std::string_view text);

// Who has sent a request: the peer, or behind proxies that are trusted the last address in X-Forwarded-For that is not
// one of them. What stands before that, anybody can have written.
std::string client_address(std::string_view peer, std::string_view forwarded_for,
                           const std::vector<network>& trusted_proxies);

// The parts between commas, without blanks around them; no empty ones.
std::vector<std::string> split_list(std::string_view text);

} // namespace rowhouse
