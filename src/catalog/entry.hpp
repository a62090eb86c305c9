// Entry: what the things that people file, name and share have in common: projects and collections of assets.
#pragma once

#include <string>
#include <vector>

#include "base/ids.hpp"
#include "json/value.hpp"

namespace aesel::catalog {

using EntryId = Key<struct EntryKind>;

/// An entry's stored form is at most so big; what would make it bigger is refused.
inline constexpr std::size_t kEntryBytesMax = 2 * 1024 * 1024;

struct Entry {
  EntryId id;
  std::string name;  // these four: "" if there is none
  std::string description;
  std::string category;
  std::string thumbnail;  // an asset's key
  std::string user;       // the owner; "": nobody's, which makes it public
  bool is_public = false;
  std::vector<std::string> tags;  // without duplicates, in the order in which they came

  /// What this kind of entry has beyond that: an object whose members are stored and sent as they are. Only
  /// the service of the kind looks into it.
  json::Value more = json::Value::object();

  friend bool operator==(const Entry&, const Entry&) = default;
};

}  // namespace aesel::catalog
