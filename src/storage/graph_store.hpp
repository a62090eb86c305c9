// GraphStore: makes the graph of coordinate systems durable: scenes, the devices registered to them, and the
// links between scenes. The scenes service keeps the working copy in memory (scenes::SceneGraph), so a store
// needs only to load everything and to apply changes.
//
// Thread and durability: as DocumentStore.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"

namespace aesel::storage {

/// A rigid motion as seven doubles: unit quaternion w, x, y, z, then translation x, y, z.
struct StoredPose {
  double w = 1, qx = 0, qy = 0, qz = 0, x = 0, y = 0, z = 0;
  friend bool operator==(const StoredPose&, const StoredPose&) = default;
};

struct StoredScene {
  std::string key;
  std::string body;  // a JSON object with the scene's attributes
  friend bool operator==(const StoredScene&, const StoredScene&) = default;
};

/// One device registered to one scene. Unique by (scene, device).
struct StoredRegistration {
  std::string scene;
  std::string device;
  std::string body;  // a JSON object: hostname, port, connection_string, ...
  StoredPose device_to_scene;
  std::int64_t sequence = 0;  // grows with every new registration: the most recent one has the largest
  friend bool operator==(const StoredRegistration&, const StoredRegistration&) = default;
};

/// One link per unordered pair of scenes; the pose maps `from` coordinates to `to` coordinates.
struct StoredLink {
  std::string from;
  std::string to;
  StoredPose from_to;
  friend bool operator==(const StoredLink&, const StoredLink&) = default;
};

struct PutScene {
  StoredScene scene;
};
struct EraseScene {
  std::string key;
};  // with its registrations and links
struct PutRegistration {
  StoredRegistration registration;
};
struct EraseRegistration {
  std::string scene, device;
};
struct PutLink {
  StoredLink link;
};  // replaces the link of that pair, whichever way it pointed
using GraphChange = std::variant<PutScene, EraseScene, PutRegistration, EraseRegistration, PutLink>;

struct GraphContents {
  std::vector<StoredScene> scenes;                // by key
  std::vector<StoredRegistration> registrations;  // by sequence
  std::vector<StoredLink> links;                  // by (from, to)
};

class GraphStore {
 public:
  virtual ~GraphStore() = default;

  /// Everything there is. Blocks; called once, before service starts.
  virtual Result<GraphContents> load() = 0;

  /// Applies the changes in order, all or none, durable on success.
  virtual Task<Result<void>> apply(std::vector<GraphChange> changes) = 0;

  /// As DocumentStore::check.
  virtual Task<Result<void>> check() = 0;
};

std::unique_ptr<GraphStore> make_memory_graph_store();

}  // namespace aesel::storage
