// SceneLocations: which pair of an objects and a scenes service serves which scene. Decided once for each
// scene, stored, and looked up in memory.
//
// What memory knows is what counts: a store that cannot be written delays nobody, and what it missed is
// written along with a later change. Scenes without a location are older than locations, from a time when
// there was one pair: they are the first one's.
//
// Thread: one. Lifetime: longer than every Task under way. Memory: about 150 bytes and the key for a scene.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "net/name_locks.hpp"
#include "storage/document_store.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace aesel::gateway {

class SceneLocations {
 public:
  struct Parts {
    storage::DocumentStore& store;
    const Clock& clock;
    telemetry::Metrics& metrics;
    std::vector<std::string> clusters;  // the pairs' names, at least one
  };
  explicit SceneLocations(Parts parts);

  /// Blocks; once, before anything else. Scenes of a pair that is not configured any more become the first
  /// one's. Errors: those of the store.
  Result<void> load();

  /// The number of the pair; absent for a scene that has none.
  std::optional<std::size_t> pair_of(std::string_view scene) const;
  /// The pair with the fewest scenes, the first of several.
  std::size_t least_loaded() const;
  /// The keys of the scenes of that pair, in no order.
  std::vector<std::string> scenes_of(std::string_view cluster) const;

  /// At once in memory, in the store when the Task ends, or later. A scene that has a pair keeps it.
  Task<void> assign(std::string scene, std::size_t pair);
  Task<void> remove(std::string scene);

  /// How many the store does not know about yet.
  std::size_t unsaved() const { return unsaved_.size(); }

 private:
  Task<void> save(std::string scene);
  Task<Result<void>> write_current(const std::string& scene);

  storage::DocumentStore& store_;
  const Clock& clock_;
  telemetry::Counter& failures_;
  const std::vector<std::string> clusters_;
  std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> pairs_;
  std::vector<std::size_t> scenes_per_pair_;
  std::unordered_set<std::string> unsaved_;
  net::NameLocks locks_;
  telemetry::RateLimited log_;
};

}  // namespace aesel::gateway
