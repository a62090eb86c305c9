// Addresses for the tools: names to endpoints, and which of our own addresses another machine reaches us at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/udp.hpp"

namespace aesel::app {

struct HostPort {
  std::string host;  // without brackets
  std::uint16_t port = 0;
  friend bool operator==(const HostPort&, const HostPort&) = default;
};

/// "127.0.0.1:8762", "[::1]:8762", "name:8762".
std::optional<HostPort> parse_host_port(std::string_view text);

/// The first address of a name, IPv4 first; may wait for a name server. The error is a sentence of the
/// resolver's.
Result<net::Endpoint, std::string> resolve(const HostPort& address);

/// Our own address on the way to another one, numeric; "127.0.0.1" when there is no way.
std::string own_address_towards(const net::Endpoint& other);

}  // namespace aesel::app
