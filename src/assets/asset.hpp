// Asset: a file under a key, and what is known about it. Its content never changes: a new version is a new
// asset with a key of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "access/ownership.hpp"
#include "base/ids.hpp"

namespace aesel::assets {

using AssetId = Key<struct AssetKind>;

struct Asset {
  AssetId key;
  std::string name;
  std::string content_type = "text/plain";  // a valid media type
  std::string file_type = "txt";
  std::string asset_type = "standard";
  access::Ownership ownership{"", access::Visibility::kPublic};
  std::int64_t created_s = 0;  // since 1970, UTC
  std::uint64_t bytes = 0;
  std::string sha256;  // of the content, 64 lower-case hex digits
  AssetId history;     // the first of all its versions; its own key if it is that

  friend bool operator==(const Asset& a, const Asset& b) {
    return a.key == b.key && a.name == b.name && a.content_type == b.content_type &&
           a.file_type == b.file_type && a.asset_type == b.asset_type &&
           a.ownership.owner == b.ownership.owner && a.ownership.visibility == b.ownership.visibility &&
           a.created_s == b.created_s && a.bytes == b.bytes && a.sha256 == b.sha256 && a.history == b.history;
  }
};

/// What a request says about an asset; what is absent keeps its default, or the older version's value.
struct AssetInput {
  std::optional<std::string> name;
  std::optional<std::string> content_type;
  std::optional<std::string> file_type;
  std::optional<std::string> asset_type;
  std::optional<access::Visibility> visibility;
  std::string related_id;  // both not empty: the new asset belongs to that
  std::string related_type;

  friend bool operator==(const AssetInput&, const AssetInput&) = default;
};

/// Which assets a list has; all conditions must hold.
struct AssetFilter {
  std::optional<std::string> key;  // as the client wrote it
  std::string name;                // "": any
  std::string content_type;
  std::string file_type;
  std::string asset_type;
};

}  // namespace aesel::assets
