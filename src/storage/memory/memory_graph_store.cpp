// The graph of coordinate systems in memory. A change that is valid cannot fail, so a list of them is checked
// as a whole before the first one is applied, which makes it all or none.
#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "storage/error.hpp"
#include "storage/graph_rules.hpp"
#include "storage/graph_store.hpp"

namespace aesel::storage {
namespace {

using Pair = std::pair<std::string, std::string>;

struct Graph {
  std::map<std::string, StoredScene> scenes;
  std::map<Pair, StoredRegistration> registrations;  // by (scene, device)
  std::map<Pair, StoredLink> links;                  // by the pair in ascending order
};

Pair unordered(const StoredLink& link) {
  return std::minmax(link.from, link.to);
}

struct Apply {
  Graph& graph;

  void operator()(PutScene& change) const { graph.scenes[change.scene.key] = std::move(change.scene); }
  void operator()(EraseScene& change) const {
    graph.scenes.erase(change.key);
    std::erase_if(graph.registrations, [&](const auto& entry) { return entry.second.scene == change.key; });
    std::erase_if(graph.links, [&](const auto& entry) {
      return entry.second.from == change.key || entry.second.to == change.key;
    });
  }
  void operator()(PutRegistration& change) const {
    StoredRegistration& registration = change.registration;
    Pair key{registration.scene, registration.device};
    graph.registrations[std::move(key)] = std::move(registration);
  }
  void operator()(EraseRegistration& change) const {
    graph.registrations.erase({change.scene, change.device});
  }
  void operator()(PutLink& change) const { graph.links[unordered(change.link)] = std::move(change.link); }
};

class MemoryGraphStore final : public GraphStore {
 public:
  Result<GraphContents> load() override {
    GraphContents contents;
    for (const auto& [key, scene] : graph_.scenes) contents.scenes.push_back(scene);
    for (const auto& [key, registration] : graph_.registrations)
      contents.registrations.push_back(registration);
    for (const auto& [key, link] : graph_.links) contents.links.push_back(link);
    std::ranges::stable_sort(contents.registrations, {}, &StoredRegistration::sequence);
    std::ranges::sort(contents.links, {},
                      [](const StoredLink& link) { return std::tie(link.from, link.to); });
    return contents;
  }

  Task<Result<void>> apply(std::vector<GraphChange> changes) override {
    if (!is_valid(changes)) co_return make_error_code(Errc::kInvalid);
    for (GraphChange& change : changes) std::visit(Apply{graph_}, change);
    co_return Result<void>{};
  }

  Task<Result<void>> check() override { co_return Result<void>{}; }

 private:
  Graph graph_;
};

}  // namespace

std::unique_ptr<GraphStore> make_memory_graph_store() {
  return std::make_unique<MemoryGraphStore>();
}

}  // namespace aesel::storage
