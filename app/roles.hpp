// Roles: which services a process plays. The names that the Aesel documents use are accepted too.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace aesel::app {

struct Roles {
  bool gateway = false;
  bool objects = false;
  bool scenes = false;
  bool assets = false;
  bool projects = false;

  bool all() const;
  bool alone() const;  // exactly one
  friend bool operator==(const Roles&, const Roles&) = default;
};

/// "all", or a comma-separated list of gateway (adrestia), objects (clyman), scenes (crazyivan), assets
/// (kelona), projects; case does not matter. Error: a sentence that names the part that is no role.
Result<Roles, std::string> parse_roles(std::string_view text);
/// "all" or "objects,scenes".
std::string to_text(const Roles& roles);
/// The HTTP port of a process that plays these when nobody says otherwise: objects alone 8768, scenes alone
/// 8766, assets alone 5635, projects alone 5644, else 8080.
int default_http_port(const Roles& roles);
/// The database file when nobody says otherwise: processes of one role each can start in the same folder.
std::string default_store_path(const Roles& roles);

}  // namespace aesel::app
