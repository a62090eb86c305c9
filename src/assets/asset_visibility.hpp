// AssetVisibility: what relationships ask about the assets they point at. The assets themselves answer;
// relationships neither know where assets are kept nor what makes one readable.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/principal.hpp"
#include "base/result.hpp"
#include "base/task.hpp"

namespace aesel::assets {

/// Thread: the core of the service. Outlives those who ask.
class AssetVisibility {
 public:
  virtual ~AssetVisibility() = default;

  /// One answer per key, in the order of the keys: false where an asset with that key exists and `who` may
  /// not read it, otherwise true, also where there is none or the text cannot be a key. Keys may repeat.
  /// Errors: those of the store.
  virtual Task<Result<std::vector<bool>>> readable(std::optional<access::Principal> who,
                                                   std::vector<std::string> keys) = 0;
};

}  // namespace aesel::assets
