// Relationship: says that an asset belongs to something: a scene, an object, a collection, another asset.
#pragma once

#include <optional>
#include <string>

#include "base/ids.hpp"

namespace aesel::assets {

using RelationshipId = Key<struct RelationshipKind>;

/// The five members are free text, chosen by clients; absent is not the same as "".
struct Relationship {
  RelationshipId id;
  std::optional<std::string> asset_id;
  std::optional<std::string> asset_sub_id;  // a part of the asset, e.g. an object in a blend file
  std::optional<std::string> type;          // "scene", "object", "thumbnail", ...
  std::optional<std::string> subtype;
  std::optional<std::string> related_id;

  friend bool operator==(const Relationship&, const Relationship&) = default;
};

}  // namespace aesel::assets
