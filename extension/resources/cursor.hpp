// Where a page ended: the values that its last row has in the columns of the order. Base64url of JSON, opaque to
// clients. It gives no access to anything: whoever presents one is asked who they are like everybody else.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::resources {

using cursor_values = std::vector<std::optional<std::string>>;

// `order` says of which resource and in which order.
std::string make_cursor(const std::string& order, const cursor_values& values);

// Raises 22023 for what make_cursor() did not make of that order, and that many values.
cursor_values read_cursor(const std::string& order, std::size_t count, std::string_view cursor);

} // namespace rowhouse::resources
