// Scenes: the service. Keeps scenes, registrations and the links between coordinate systems, and tells the
// fan-out who is registered where. One operation per route; scene_api.hpp has the routes.
//
// Every change goes to the store first, then to memory and the fan-out, then the reply is made; so what was
// confirmed is stored, and what failed did not happen. Changes of the same scene or device happen one after
// the other; others overlap, so that the store can commit them together.
//
// Thread: one, the core that runs the operations. Lifetime: longer than every operation under way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "access/ownership.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "catalog/owner_change.hpp"
#include "net/name_locks.hpp"
#include "scenes/fan_out.hpp"
#include "scenes/scene_codec.hpp"
#include "scenes/scene_graph.hpp"
#include "storage/graph_store.hpp"
#include "telemetry/log.hpp"

namespace aesel::scenes {

struct ScenesOptions {
  /// Where devices send their events, told to every device that registers. An empty host: the address at
  /// which the device reached this server. Port 0: unknown, and nothing is told.
  EventDestination event_destination;
};

/// Everything an operation gets from its request.
struct Call {
  std::string scene;      // the scene's key: from the path or, for devices, from the gateway; may be ""
  std::string asset;      // from the path, any bytes
  std::string principal;  // the user on whose behalf, short text; "": anonymous
  access::Standing standing = access::Standing::kUser;  // his
  std::string local_address;                            // at which the client reached this server
  SceneRequest request;                                 // the body; empty for operations without one
};

/// All operations reply with status 503 and code 120 if the store is full or unavailable. A scene that the
/// principal may not use is treated as if it did not exist, except that creating it again is refused (403).
/// Deleting a scene and changing who sees it is for its owner and for admins (access/ownership.hpp).
class Scenes {
 public:
  /// REQUIRES: all references outlive this.
  Scenes(storage::GraphStore& store, FanOut& fan_out, ScenesOptions options, const Clock& clock);

  /// Reads everything there is into memory and the fan-out. Blocks; once, before the first operation. Errors:
  /// those of the store; kCorrupt for records that contradict each other.
  Result<void> load();

  /// Creates the scene, or overwrites what is supplied if it is there. The key: call.scene, the body's, a
  /// UUID.
  Task<Reply> create(Call call);
  Task<Reply> get(Call call);
  /// Overwrites what is supplied; appends to or removes from tags and assets. Unknown scenes: success.
  Task<Reply> update(Call call);
  Task<Reply> erase(Call call);
  Task<Reply> query(Call call);
  Task<Reply> add_asset(Call call);
  Task<Reply> remove_asset(Call call);

  /// Registers a device, or refreshes its address; creates the scene if need be.
  Task<Reply> register_device(Call call);
  Task<Reply> deregister_device(Call call);
  /// Sets the transform of a registration, and relates the scene to all other scenes of the device.
  Task<Reply> align_device(Call call);
  Task<Reply> find_device(Call call);

  /// Scenes always receive events; there is nothing to switch on or off, and both succeed for any key.
  Task<Reply> change_cache(Call call);

  /// Every scene of one user becomes another's, also those that are made meanwhile. How many. Errors: those
  /// of the store; the same call again does the rest.
  Task<Result<std::uint64_t>> rename_owner(catalog::OwnerRename rename);

  const SceneGraph& graph() const { return graph_; }

 private:
  struct SceneErasure {
    SceneId key;
  };
  struct RegistrationErasure {
    SceneId scene;
    DeviceId device;
  };
  using Change = std::variant<Scene, SceneErasure, Registration, RegistrationErasure, Link>;
  using Changes = std::vector<Change>;

  /// Stores the changes, all or none, then applies them to memory and the fan-out.
  Task<Result<void>> commit(Changes changes);
  void apply(Change& change);
  Task<Reply> change_lists(Call call, SceneInput input, std::int32_t operation);
  Reply& fail(Reply& reply, const error_code& error, int status);
  const Scene* find_usable(const SceneId& key, std::string_view principal) const;
  Registration registration_for(const SceneId& scene, const DeviceInput& input,
                                const std::optional<SceneGraph::Origin>& origin);
  EventDestination event_destination(const Call& call) const;

  storage::GraphStore& store_;
  FanOut& fan_out_;
  ScenesOptions options_;
  const Clock& clock_;
  SceneGraph graph_;
  net::NameLocks locks_;
  std::int64_t next_sequence_ = 1;
  telemetry::RateLimited failure_log_;
};

}  // namespace aesel::scenes
