#include "scenes/scenes.hpp"

#include <algorithm>
#include <utility>

#include "scenes/scene_changes.hpp"
#include "scenes/scene_query.hpp"
#include "scenes/scene_record.hpp"
#include "scenes/scene_reply.hpp"
#include "storage/error.hpp"

namespace aesel::scenes {
namespace {

DeviceAddress address_of(const Registration& registration) {
  return {registration.hostname, registration.port.value_or(0)};
}

error_code corrupt(std::string_view what, const std::string& key) {
  telemetry::log(telemetry::Level::kError, "the scene graph in the store contradicts itself",
                 {{"record", std::string(what)}, {"key", key}});
  return make_error_code(storage::Errc::kCorrupt);
}

constexpr std::string_view kNotInControl = "only the scene's owner and admins may do that";

bool may_control(const Call& call, const Scene& scene) {
  std::optional<access::Principal> who;
  if (!call.principal.empty()) who = access::Principal{call.principal, call.standing};
  const auto visibility = scene.is_public ? access::Visibility::kPublic : access::Visibility::kPrivate;
  return access::may_control(who, {scene.user, visibility});
}

}  // namespace

Scenes::Scenes(storage::GraphStore& store, FanOut& fan_out, ScenesOptions options, const Clock& clock)
    : store_(store), fan_out_(fan_out), options_(std::move(options)), clock_(clock) {}

Result<void> Scenes::load() {
  auto contents = store_.load();
  if (!contents) return contents.error();
  for (const storage::StoredScene& stored : contents->scenes) {
    std::optional<Scene> scene = from_stored(stored);
    if (!scene) return corrupt("scene", stored.key);
    graph_.put_scene(std::move(*scene));
  }
  for (const storage::StoredRegistration& stored : contents->registrations) {
    std::optional<Registration> registration = from_stored(stored);
    if (!registration || graph_.find_scene(registration->scene) == nullptr) {
      return corrupt("registration", stored.scene + " " + stored.device);
    }
    next_sequence_ = std::max(next_sequence_, registration->sequence + 1);
    fan_out_.put_device(stored.scene, stored.device, address_of(*registration));
    graph_.put_registration(std::move(*registration));
  }
  for (const storage::StoredLink& stored : contents->links) {
    const Link link = from_stored(stored);
    const bool has_ends = graph_.find_scene(link.from) != nullptr && graph_.find_scene(link.to) != nullptr;
    if (!has_ends || link.from == link.to) return corrupt("link", stored.from + " " + stored.to);
    graph_.put_link(link);
  }
  return {};
}

Task<Result<void>> Scenes::commit(Changes changes) {
  struct ToStored {
    storage::GraphChange operator()(const Scene& scene) const { return storage::PutScene{to_stored(scene)}; }
    storage::GraphChange operator()(const SceneErasure& erasure) const {
      return storage::EraseScene{erasure.key.value};
    }
    storage::GraphChange operator()(const Registration& registration) const {
      return storage::PutRegistration{to_stored(registration)};
    }
    storage::GraphChange operator()(const RegistrationErasure& erasure) const {
      return storage::EraseRegistration{erasure.scene.value, erasure.device.value};
    }
    storage::GraphChange operator()(const Link& link) const { return storage::PutLink{to_stored(link)}; }
  };
  std::vector<storage::GraphChange> stored;
  stored.reserve(changes.size());
  for (const Change& change : changes) stored.push_back(std::visit(ToStored{}, change));
  Result<void> result = co_await store_.apply(std::move(stored));
  if (!result) co_return result;
  for (Change& change : changes) apply(change);
  co_return result;
}

void Scenes::apply(Change& change) {
  struct ToMemory {
    Scenes& self;
    void operator()(Scene& scene) const { self.graph_.put_scene(std::move(scene)); }
    void operator()(const SceneErasure& erasure) const {
      self.graph_.erase_scene(erasure.key);
      self.fan_out_.remove_scene(erasure.key.value);
    }
    void operator()(Registration& registration) const {
      self.fan_out_.put_device(registration.scene.value, registration.device.value, address_of(registration));
      self.graph_.put_registration(std::move(registration));
    }
    void operator()(const RegistrationErasure& erasure) const {
      self.graph_.erase_registration(erasure.scene, erasure.device);
      self.fan_out_.remove_device(erasure.scene.value, erasure.device.value);
    }
    void operator()(const Link& link) const { self.graph_.put_link(link); }
  };
  std::visit(ToMemory{*this}, change);
}

/// Fills in a store's failure: one that may pass is a 503 everywhere, others get the status of the route.
Reply& Scenes::fail(Reply& reply, const error_code& error, int status) {
  const bool may_pass = error == storage::Errc::kFull || error == storage::Errc::kUnavailable;
  if (failure_log_.allow(clock_.steady_ns())) {
    telemetry::log(
        telemetry::Level::kError, "a change of the scene graph was not stored",
        {{"error", error.message()}, {"not_logged_before", std::to_string(failure_log_.take_suppressed())}});
  }
  return refuse(reply, may_pass ? 503 : status, Code::kProcessing, error.message());
}

const Scene* Scenes::find_usable(const SceneId& key, std::string_view principal) const {
  const Scene* scene = graph_.find_scene(key);
  return scene != nullptr && may_use(*scene, principal) ? scene : nullptr;
}

Task<Reply> Scenes::create(Call call) {
  Reply reply{.type = MessageType::kCreate};
  if (call.request.scenes.empty()) co_return refuse(reply, 400, Code::kProcessing, "'scenes' has no scene");
  const SceneInput& input = call.request.scenes.front();
  SceneId key{call.scene.empty() ? input.key : call.scene};
  if (key.value.empty()) key.value = make_uuid();
  if (!is_scene_key(key.value)) co_return refuse(reply, 400, Code::kInsufficient, kBadSceneKey);

  std::vector<std::string> names{scene_name(key)};
  const net::NameLocks::Turns turns = co_await locks_.acquire(std::move(names));
  const Scene* existing = graph_.find_scene(key);
  if (existing != nullptr && !may_use(*existing, call.principal)) {
    co_return refuse(reply, 403, Code::kProcessing, "a scene with this key belongs to another user");
  }
  Scene scene{.key = key, .user = call.principal};
  if (existing != nullptr) scene = *existing;
  overwrite(scene, input);
  if (existing != nullptr && scene.is_public != existing->is_public && !may_control(call, *existing)) {
    co_return refuse(reply, 403, Code::kProcessing, kNotInControl);
  }
  reply.scenes.push_back(key_only(key));
  if (existing != nullptr && *existing == scene) co_return reply;
  Changes changes;
  changes.emplace_back(std::move(scene));
  const Result<void> stored = co_await commit(std::move(changes));
  if (!stored) fail(without_scenes(reply), stored.error(), 500);
  co_return reply;
}

Task<Reply> Scenes::get(Call call) {
  Reply reply{.type = MessageType::kGet};
  const Scene* scene = graph_.find_scene({call.scene});
  if (scene == nullptr || !is_visible(*scene, call.principal)) {
    co_return refuse(reply, 404, Code::kNotFound, "there is no such scene");
  }
  reply.scenes.push_back({*scene, {}});
  co_return reply;
}

Task<Reply> Scenes::update(Call call) {
  SceneInput input;
  if (!call.request.scenes.empty()) input = std::move(call.request.scenes.front());
  const std::int32_t operation = call.request.operation;
  return change_lists(std::move(call), std::move(input), operation);
}

Task<Reply> Scenes::add_asset(Call call) {
  SceneInput input;
  input.assets.push_back(call.asset);
  return change_lists(std::move(call), std::move(input), kAppend);
}

Task<Reply> Scenes::remove_asset(Call call) {
  SceneInput input;
  input.assets.push_back(call.asset);
  return change_lists(std::move(call), std::move(input), kRemove);
}

Task<Reply> Scenes::change_lists(Call call, SceneInput input, std::int32_t operation) {
  Reply reply{.type = MessageType::kUpdate};
  const SceneId key{call.scene};
  if (!std::ranges::all_of(input.assets, is_short_text)) {
    co_return refuse(reply, 400, Code::kInsufficient, "an asset's key must be UTF-8 of at most 1024 bytes");
  }
  std::vector<std::string> names{scene_name(key)};
  const net::NameLocks::Turns turns = co_await locks_.acquire(std::move(names));
  const Scene* existing = find_usable(key, call.principal);
  reply.scenes.push_back(key_only(key));
  if (existing == nullptr) co_return reply;
  Scene scene = *existing;
  scenes::update(scene, input, operation);
  if (!is_within_limits(scene)) {
    co_return refuse(without_scenes(reply), 400, Code::kInsufficient,
                     "a scene has at most 1000 tags and 1000 assets");
  }
  if (scene == *existing) co_return reply;
  if (scene.is_public != existing->is_public && !may_control(call, *existing)) {
    co_return refuse(without_scenes(reply), 403, Code::kProcessing, kNotInControl);
  }
  Changes changes;
  changes.emplace_back(std::move(scene));
  const Result<void> stored = co_await commit(std::move(changes));
  if (!stored) fail(without_scenes(reply), stored.error(), 500);
  co_return reply;
}

Task<Reply> Scenes::erase(Call call) {
  Reply reply{.type = MessageType::kDelete};
  const SceneId key{call.scene};
  std::vector<std::string> names{scene_name(key)};
  const net::NameLocks::Turns turns = co_await locks_.acquire(std::move(names));
  reply.scenes.push_back(key_only(key));
  const bool is_admin = !call.principal.empty() && call.standing == access::Standing::kAdmin;
  const Scene* existing = is_admin ? graph_.find_scene(key) : find_usable(key, call.principal);
  if (existing == nullptr) co_return reply;
  if (!may_control(call, *existing)) {
    co_return refuse(without_scenes(reply), 403, Code::kProcessing, kNotInControl);
  }
  Changes changes;
  changes.emplace_back(SceneErasure{key});
  const Result<void> stored = co_await commit(std::move(changes));
  if (!stored) fail(without_scenes(reply), stored.error(), 500);
  co_return reply;
}

Task<Reply> Scenes::query(Call call) {
  Reply reply{.type = MessageType::kGet};
  const SceneRequest& request = call.request;
  if (request.scenes.empty()) co_return refuse(reply, 400, Code::kProcessing, "'scenes' has no scene");
  if (request.num_records < 0 || request.start_record < 0) {
    co_return refuse(reply, 400, Code::kProcessing, "'num_records' and 'start_record' must not be negative");
  }
  const auto asks_for_own = [](const SceneInput& element) { return !element.is_public.value_or(true); };
  if (call.principal.empty() && std::ranges::any_of(request.scenes, asks_for_own)) {
    co_return refuse(reply, 400, Code::kProcessing, "private scenes can only be asked for by a user");
  }
  const auto is_filter = [](const SceneInput& element) { return element.key.empty(); };
  if (std::ranges::count_if(request.scenes, is_filter) > static_cast<std::ptrdiff_t>(kQueryFiltersMax)) {
    co_return refuse(reply, 400, Code::kInsufficient, "'scenes' has more than 64 elements without a key");
  }
  for (const Scene* scene : find_scenes(graph_, request, call.principal))
    reply.scenes.push_back({*scene, {}});
  reply.start_record = request.start_record;
  if (reply.scenes.empty()) co_return refuse(reply, 404, Code::kNotFound, "no scene matches");
  reply.transaction_id = request.transaction_id;
  co_return reply;
}

Task<Result<std::uint64_t>> Scenes::rename_owner(catalog::OwnerRename rename) {
  std::uint64_t count = 0;
  while (rename.from != rename.to) {
    std::vector<SceneId> keys;
    graph_.for_each_scene([&](const Scene& scene) {
      if (scene.user == rename.from) keys.push_back(scene.key);
    });
    if (keys.empty()) break;
    std::vector<std::string> names;
    for (const SceneId& key : keys) names.push_back(scene_name(key));
    const net::NameLocks::Turns turns = co_await locks_.acquire(std::move(names));
    Changes changes;
    for (const SceneId& key : keys) {  // as they are now that nobody else changes them
      const Scene* scene = graph_.find_scene(key);
      if (scene == nullptr || scene->user != rename.from) continue;
      Scene renamed = *scene;
      renamed.user = rename.to;
      changes.emplace_back(std::move(renamed));
    }
    if (changes.empty()) continue;
    count += changes.size();
    const Result<void> stored = co_await commit(std::move(changes));
    if (!stored) co_return stored.error();
  }
  co_return count;
}

Task<Reply> Scenes::change_cache(Call call) {
  Reply reply{.type = MessageType::kCache};
  reply.scenes.push_back(key_only({call.scene}));
  co_return reply;
}

}  // namespace aesel::scenes
