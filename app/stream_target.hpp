// Where events go: a host and a port as people write them, and the address behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/udp.hpp"

namespace aesel::app {

/// The port at which an Aesel server takes events.
inline constexpr std::uint16_t kEventPort = 8762;

struct EventTarget {
  std::string host;
  std::uint16_t port = kEventPort;
  bool operator==(const EventTarget&) const = default;
};

/// "host:port", "host", "[::1]:port" or "::1". None for anything else.
std::optional<EventTarget> parse_event_target(std::string_view text);

/// The address of a host, an IPv4 one if it has any. Blocks. Errors: what the name service says.
Result<net::Endpoint, std::string> resolve(const EventTarget& target);

}  // namespace aesel::app
