// How a request changes a scene's attributes. Pure functions.
#pragma once

#include "scenes/scene_codec.hpp"

namespace aesel::scenes {

/// Overwrites what is supplied, `tags` and `assets` as a whole.
void overwrite(Scene& scene, const SceneInput& input);

/// Overwrites what is supplied, but appends to `tags` and `assets` (kAppend; without duplicates, order kept),
/// removes from them (kRemove), or leaves them alone (any other operation).
void update(Scene& scene, const SceneInput& input, std::int32_t operation);

/// Do the lists keep to kListEntriesMax?
bool is_within_limits(const Scene& scene);

}  // namespace aesel::scenes
