// RoleParts: what every role of a server process is built from. Owned by the process; outlives the roles.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config.hpp"
#include "app/server_parts.hpp"
#include "app/system_routes.hpp"
#include "base/ids.hpp"
#include "net/fwd.hpp"
#include "telemetry/metrics.hpp"

namespace aesel::app {

/// Success, or a sentence that says what failed, where, and what to do.
using Outcome = Result<void, std::string>;

struct RoleParts {
  const Config& config;
  boost::asio::io_context& context;
  telemetry::Metrics& metrics;
  KeyGenerator& keys;
  const Store& store;
  std::vector<ReadinessCheck>& checks;  // each role adds what it depends on
};

/// "cannot listen for events on * port 8762: ...; choose another with --udp.port or --udp.host" for the keys
/// `key`.host and `key`.port.
std::string cannot_listen(const Config& config, std::string_view what, std::string_view key,
                          const error_code& error);

}  // namespace aesel::app
