// Project: an entry of a catalog that also has groups of scenes and collections of assets.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace aesel::projects {

/// Its name is its address within the project; several may have the same, and then the first one is meant.
struct SceneGroup {
  std::string name;                        // not empty
  std::optional<std::string> description;  // "" is kept: clients clear it so
  std::optional<std::string> category;
  std::vector<std::string> scenes;  // keys, without duplicates

  friend bool operator==(const SceneGroup&, const SceneGroup&) = default;
};

/// What a project has beyond an entry.
struct ProjectParts {
  std::vector<SceneGroup> groups;
  std::vector<std::string> collection_ids;  // without duplicates; not checked

  friend bool operator==(const ProjectParts&, const ProjectParts&) = default;
};

}  // namespace aesel::projects
