// The directory of an installation without a registry: who is where stands in the configuration. Whether an
// instance is alive is asked from the instance itself.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "discovery/directory.hpp"
#include "net/fwd.hpp"

namespace aesel::discovery {

/// Asks an instance whether it is alive. It ends within a second or two, whatever the instance does.
using LivenessProbe = std::function<Task<bool>(Instance)>;

/// The configured address of one role.
struct StaticEntry {
  Role role = Role::kObjects;
  std::string url;  // "http://host:port"; empty: nobody plays this role
  std::uint16_t udp_port = 0;
};

struct StaticDirectoryOptions {
  std::vector<StaticEntry> entries;
  std::string cluster = "test";
  LivenessProbe probe;  // empty: every configured instance counts as alive
};

/// Announcements are kept in this process only and stand beside the configured instances, which cannot be
/// withdrawn; what this process announced is alive. Ids of configured instances are "objects-static",
/// "objects-static-2", ...
/// Errors: invalid_argument for a URL that is none.
Result<std::unique_ptr<Directory>> make_static_directory(StaticDirectoryOptions options);

/// GET /health, answered with 200 within `timeout_ms`. REQUIRES: `context` outlives the probe.
LivenessProbe make_health_probe(boost::asio::io_context& context, int timeout_ms = 1'000);

}  // namespace aesel::discovery
