// Directory: who plays which role where, and is it alive. Services look each other up here and announce
// themselves; behind it stand static configuration, a memory version for tests, and later Consul.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"

namespace aesel::discovery {

enum class Role { kGateway, kObjects, kScenes };

/// "gateway", "objects" or "scenes".
std::string_view to_text(Role role);

/// One running service.
struct Instance {
  std::string id;  // unique in the directory, e.g. "objects-1"
  Role role = Role::kObjects;
  std::string host;  // where others reach it
  std::uint16_t http_port = 0;
  std::uint16_t udp_port = 0;  // 0: takes no datagrams
  std::string cluster;         // the pair it belongs to
  friend bool operator==(const Instance&, const Instance&) = default;
};

/// Thread: the core that owns it. Every call may wait for another machine.
class Directory {
 public:
  virtual ~Directory() = default;
  /// Every known instance of a role, alive or not, ordered by id; empty when there is none.
  virtual Task<Result<std::vector<Instance>>> find(Role role) = 0;
  /// Does it answer? False for an id that nobody has.
  virtual Task<Result<bool>> alive(std::string id) = 0;
  /// Announces an instance, or replaces what was announced under its id.
  /// Errors: invalid_argument for an empty id or host.
  virtual Task<Result<void>> announce(Instance self) = 0;
  /// Takes an announcement back; an id that nobody announced is not an error.
  virtual Task<Result<void>> withdraw(std::string id) = 0;
};

}  // namespace aesel::discovery
