// The JSON of what a project has beyond an entry. Pure functions without an event loop, so that they can be
// fuzzed.
#pragma once

#include <optional>
#include <string>

#include "catalog/limited_reader.hpp"
#include "json/value.hpp"
#include "projects/project.hpp"

namespace aesel::projects {

inline constexpr std::size_t kGroupsMax = 1000;  // of one project

/// `sceneGroups` and `assetCollectionIds` of a request, or of Entry::more. Refuses (400, 122) what exceeds a
/// limit, and a group without a name.
catalog::Outcome<ProjectParts> decode_parts(const json::Value& object);
/// An object with both members, complete: null for text that is absent, [] for an empty list.
json::Value encode_parts(const ProjectParts& parts);

/// The body of a request. Absent and "" is not the same for description and category. Refuses what is not a
/// JSON object (110) and what exceeds a limit (122).
struct GroupInput {
  std::string name;  // "": absent
  std::optional<std::string> description;
  std::optional<std::string> category;
  std::vector<std::string> scenes;
};
catalog::Outcome<GroupInput> decode_group(std::string_view body);

}  // namespace aesel::projects
