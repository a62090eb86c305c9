#include "gateway/scene_locations.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "json/value.hpp"
#include "json/writer.hpp"

namespace aesel::gateway {
namespace {

constexpr const char* kCollection = "scene_location";
constexpr const char* kClusterMember = "clusterIdentifier";
constexpr std::size_t kRetriesAtOnce = 16;

}  // namespace

SceneLocations::SceneLocations(Parts parts)
    : store_(parts.store),
      clock_(parts.clock),
      failures_(parts.metrics.counter("aesel_gateway_location_failures_total",
                                      "Scene locations that the store did not take at once.")),
      clusters_(std::move(parts.clusters)),
      scenes_per_pair_(clusters_.size(), 0) {
  CHECK(!clusters_.empty());
  parts.metrics.gauge("aesel_gateway_scenes_located", "Scenes whose pair is known.",
                      [this] { return static_cast<double>(pairs_.size()); });
}

Result<void> SceneLocations::load() {
  if (const Result<void> opened = store_.open_collection({kCollection, {}}); !opened) return opened;
  std::size_t taken_over = 0;
  const auto visit = [&](const storage::DocumentStore::DocumentView& view) {
    const auto body = json::parse(view.body);
    const std::string cluster = body ? json::text_or_empty(*body, kClusterMember) : std::string();
    const auto place = std::ranges::find(clusters_, cluster);
    if (place == clusters_.end()) ++taken_over;
    const std::size_t pair =
        place == clusters_.end() ? 0 : static_cast<std::size_t>(place - clusters_.begin());
    if (pairs_.emplace(std::string(view.key), pair).second) ++scenes_per_pair_[pair];
    return true;
  };
  const Result<void> scanned = store_.scan(kCollection, visit);
  if (scanned && taken_over > 0)
    telemetry::log(telemetry::Level::kWarning, "scenes of a pair that is not configured are the first one's",
                   {{"scenes", std::to_string(taken_over)}, {"pair", clusters_.front()}});
  return scanned;
}

std::optional<std::size_t> SceneLocations::pair_of(std::string_view scene) const {
  const auto found = pairs_.find(scene);
  if (found == pairs_.end()) return std::nullopt;
  return found->second;
}

std::size_t SceneLocations::least_loaded() const {
  return static_cast<std::size_t>(std::ranges::min_element(scenes_per_pair_) - scenes_per_pair_.begin());
}

std::vector<std::string> SceneLocations::scenes_of(std::string_view cluster) const {
  std::vector<std::string> scenes;
  const auto place = std::ranges::find(clusters_, cluster);
  if (place == clusters_.end()) return scenes;
  const auto wanted = static_cast<std::size_t>(place - clusters_.begin());
  scenes.reserve(scenes_per_pair_[wanted]);
  for (const auto& [scene, pair] : pairs_) {
    if (pair == wanted) scenes.push_back(scene);
  }
  return scenes;
}

Task<void> SceneLocations::assign(std::string scene, std::size_t pair) {
  if (!pairs_.emplace(scene, pair).second) co_return;
  ++scenes_per_pair_[pair];
  co_await save(std::move(scene));
}

Task<void> SceneLocations::remove(std::string scene) {
  const auto found = pairs_.find(scene);
  if (found == pairs_.end()) co_return;
  --scenes_per_pair_[found->second];
  pairs_.erase(found);
  co_await save(std::move(scene));
}

/// And some of those that were missed before.
Task<void> SceneLocations::save(std::string scene) {
  unsaved_.insert(scene);
  Result<void> stored = co_await write_current(scene);
  for (std::size_t i = 0; stored && i < kRetriesAtOnce && !unsaved_.empty(); ++i) {
    const std::string missed = *unsaved_.begin();
    stored = co_await write_current(missed);
  }
  if (stored) co_return;
  failures_.add();
  if (log_.allow(clock_.steady_ns()))
    telemetry::log(telemetry::Level::kWarning,
                   "the location of a scene could not be stored; it will be tried again",
                   {{"scene", scene}, {"error", stored.error().message()}});
}

/// The store gets what memory says when it is this scene's turn, so the last write is the right one.
Task<Result<void>> SceneLocations::write_current(const std::string& scene) {
  std::vector<std::string> names{scene};
  const net::NameLocks::Turns turns = co_await locks_.acquire(std::move(names));
  unsaved_.erase(scene);
  storage::Write write{storage::Write::Kind::kErase, kCollection, {}};
  write.document.key = scene;
  if (const std::optional<std::size_t> pair = pair_of(scene)) {
    write.kind = storage::Write::Kind::kPut;
    json::Writer body(write.document.body);
    body.begin_object();
    body.member("sceneIdentifier", scene);
    body.member(kClusterMember, clusters_[*pair]);
    body.end_object();
  }
  std::vector<storage::Write> writes;
  writes.push_back(std::move(write));
  const Result<void> stored = co_await store_.write(std::move(writes));
  if (!stored) unsaved_.insert(scene);
  co_return stored;
}

}  // namespace aesel::gateway
