// History: all versions of an asset that are still there. An asset without a second version has none.
#pragma once

#include <vector>

#include "assets/asset.hpp"

namespace aesel::assets {

inline constexpr std::size_t kVersionsMax = 10000;

struct History {
  AssetId id;                     // the key of the first version, whether that is still there or not
  std::vector<AssetId> versions;  // newest first, not empty

  friend bool operator==(const History&, const History&) = default;
};

}  // namespace aesel::assets
