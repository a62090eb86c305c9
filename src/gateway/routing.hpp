// Routing: which service a public path belongs to, and the path by which that service knows it. Pure.
#pragma once

#include <string>
#include <vector>

namespace aesel::gateway {

enum class Target { kNone, kObjects, kScenes, kAssets, kProjects };

struct Destination {
  Target target = Target::kNone;
  std::string scene;  // that the path names; "": none
};

/// Decoded segments of a path, as http::Request has them.
using Segments = std::vector<std::string>;

/// Paths that were documented with /v1 and are served without: /v1/login, /v1/users/...
void resolve_alias(Segments& path);

/// Is a segment "." or ".."? Nothing of ours has such a path, and what stands between us and a service might
/// walk up with it.
bool climbs(const Segments& path);

/// Rewrites the path for the service it returns; gateway.hpp has the table.
Destination choose_destination(Segments& path);

}  // namespace aesel::gateway
