// ServerProcess: the wiring of `aesel serve`. Builds the parts of the configured roles, hands each what it
// needs, runs them on one core, and stops them in order.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "app/config.hpp"
#include "base/result.hpp"

namespace aesel::app {

struct ServerPorts {
  std::uint16_t http = 0;
  std::uint16_t udp = 0;     // events of devices; 0: this process does not take them
  std::uint16_t stream = 0;  // the UDP change stream; 0: this process does not take it
  std::uint16_t https = 0;   // 0: no TLS
};

/// Made at this start, because there was no administrator. The password is known to nobody else.
struct NewAdmin {
  std::string username;
  std::string password;
};

/// Lifetime: one per process. Thread: open() and run() on the same one.
class ServerProcess {
 public:
  virtual ~ServerProcess() = default;
  /// Opens stores and ports, and loads what is stored. The error says what failed, where, and what to do.
  static Result<std::unique_ptr<ServerProcess>, std::string> open(const Config& config);
  virtual ServerPorts ports() const = 0;
  virtual std::optional<NewAdmin> new_admin() const = 0;
  /// Serves until SIGINT or SIGTERM, then refuses new work, finishes and stores what is under way. The exit
  /// code.
  virtual int run() = 0;
};

}  // namespace aesel::app
