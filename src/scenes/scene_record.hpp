// The stored forms of the scenes service: scene attributes and device addresses as JSON bodies, poses as
// seven doubles. What was written reads back equal. README.md lists the members.
#pragma once

#include <optional>

#include "scenes/scene.hpp"
#include "storage/graph_store.hpp"

namespace aesel::scenes {

storage::StoredScene to_stored(const Scene& scene);
storage::StoredRegistration to_stored(const Registration& registration);
storage::StoredLink to_stored(const Link& link);

/// Nothing if the body is not a JSON object.
std::optional<Scene> from_stored(const storage::StoredScene& stored);
std::optional<Registration> from_stored(const storage::StoredRegistration& stored);
Link from_stored(const storage::StoredLink& stored);

}  // namespace aesel::scenes
