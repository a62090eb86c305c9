// The operations on devices: registering, deregistering, aligning, finding.
#include <utility>

#include "scenes/scene_changes.hpp"
#include "scenes/scene_reply.hpp"
#include "scenes/scenes.hpp"

namespace aesel::scenes {
namespace {

/// The scene and the device that a request names. Not `ok`: the reply says what is missing.
struct Subject {
  Reply reply;
  SceneInput scene;  // its key is the body's, or else the one from the gateway
  DeviceInput device;
  bool ok = false;
};

Subject subject_of(Call& call, MessageType type) {
  Subject subject;
  Reply& reply = subject.reply;
  reply.type = type;
  reply.transaction_id = call.request.transaction_id;
  if (call.request.scenes.empty() && call.scene.empty()) {
    refuse(reply, 400, Code::kInsufficient, "'scenes' has no scene");
    return subject;
  }
  if (!call.request.scenes.empty()) subject.scene = std::move(call.request.scenes.front());
  if (subject.scene.key.empty()) subject.scene.key = call.scene;
  if (!subject.scene.key.empty() && !is_scene_key(subject.scene.key)) {
    refuse(reply, 400, Code::kInsufficient, kBadSceneKey);
    return subject;
  }
  reply.scenes.push_back(key_only({subject.scene.key}));
  if (subject.scene.devices.empty()) {
    refuse(reply, 200, Code::kInsufficient, "the scene has no device with a 'key' that is a string");
    return subject;
  }
  if (subject.scene.key.empty() && type != MessageType::kRegister) {
    refuse(reply, 200, Code::kInsufficient, "the scene has no 'key'");
    return subject;
  }
  subject.device = std::move(subject.scene.devices.front());
  subject.ok = true;
  return subject;
}

void overwrite_address(Registration& registration, const DeviceInput& input) {
  if (!input.hostname.empty()) registration.hostname = input.hostname;
  if (input.port) registration.port = input.port;
  if (!input.connection_string.empty()) registration.connection_string = input.connection_string;
}

}  // namespace

/// A known device keeps its transform. A new one starts with the transform that the request gives, or with
/// the one that follows from its origin: D_target = X o D_origin.
Registration Scenes::registration_for(const SceneId& scene, const DeviceInput& input,
                                      const std::optional<SceneGraph::Origin>& origin) {
  const DeviceId device{input.key};
  Registration registration{.scene = scene, .device = device};
  if (const Registration* existing = graph_.find_registration(scene, device)) {
    registration = *existing;
  } else {
    registration.sequence = next_sequence_++;
    if (origin) {
      registration.device_to_scene =
          geometry::compose(origin->registration->device_to_scene, origin->origin_to_target);
    }
    registration.device_to_scene = input.transform.value_or(registration.device_to_scene);
  }
  overwrite_address(registration, input);
  return registration;
}

EventDestination Scenes::event_destination(const Call& call) const {
  EventDestination destination = options_.event_destination;
  if (destination.host.empty()) destination.host = call.local_address;
  return destination;
}

Task<Reply> Scenes::register_device(Call call) {
  Subject subject = subject_of(call, MessageType::kRegister);
  Reply& reply = subject.reply;
  if (!subject.ok) co_return std::move(reply);
  const SceneId scene{subject.scene.key.empty() ? make_uuid() : subject.scene.key};
  if (subject.device.key.empty()) subject.device.key = make_uuid();
  const DeviceId device{subject.device.key};

  std::vector<std::string> names{device_name(device), scene_name(scene)};
  const net::NameLocks::Turns turns = co_await locks_.acquire(std::move(names));
  Changes changes;
  if (graph_.find_scene(scene) == nullptr) {
    Scene created{.key = scene, .user = call.principal};
    overwrite(created, subject.scene);
    changes.emplace_back(std::move(created));
  } else if (find_usable(scene, call.principal) == nullptr) {
    co_return std::move(refuse(reply, 200, Code::kNotFound, "there is no such scene"));
  }
  const std::optional<SceneGraph::Origin> origin = graph_.latest_origin(device, scene);
  const geometry::Pose transform = origin ? origin->origin_to_target : geometry::Pose{};
  const SceneId origin_scene = origin ? origin->registration->scene : SceneId{};
  Registration registration = registration_for(scene, subject.device, origin);
  const Registration* existing = graph_.find_registration(scene, device);
  if (existing == nullptr || *existing != registration) {
    changes.emplace_back(std::move(registration));
    const Result<void> stored = co_await commit(std::move(changes));
    if (!stored) co_return std::move(fail(reply, stored.error(), 200));
  }
  reply.scenes.clear();
  reply.scenes.push_back(key_only(scene));
  reply.scenes.front().devices.push_back({.key = device.value, .transform = transform});
  reply.scenes.push_back(key_only(origin_scene));
  reply.event_destination = event_destination(call);
  co_return std::move(reply);
}

Task<Reply> Scenes::deregister_device(Call call) {
  Subject subject = subject_of(call, MessageType::kDeregister);
  Reply& reply = subject.reply;
  if (!subject.ok) co_return std::move(reply);
  const SceneId scene{subject.scene.key};
  const DeviceId device{subject.device.key};

  std::vector<std::string> names{device_name(device), scene_name(scene)};
  const net::NameLocks::Turns turns = co_await locks_.acquire(std::move(names));
  if (find_usable(scene, call.principal) == nullptr) co_return std::move(reply);
  if (graph_.find_registration(scene, device) == nullptr) co_return std::move(reply);
  Changes changes;
  changes.emplace_back(RegistrationErasure{scene, device});
  const Result<void> stored = co_await commit(std::move(changes));
  if (!stored) fail(reply, stored.error(), 200);
  co_return std::move(reply);
}

Task<Reply> Scenes::align_device(Call call) {
  Subject subject = subject_of(call, MessageType::kAlign);
  Reply& reply = subject.reply;
  if (!subject.ok) co_return std::move(reply);
  const SceneId scene{subject.scene.key};
  const DeviceId device{subject.device.key};

  std::vector<std::string> device_names{device_name(device)};
  const net::NameLocks::Turns device_turns = co_await locks_.acquire(std::move(device_names));
  // From here on this device's registrations can only become fewer, when a scene is deleted.
  std::vector<std::string> scene_names{scene_name(scene)};
  for (const Registration* other : graph_.registrations_of(device))
    scene_names.push_back(scene_name(other->scene));
  const net::NameLocks::Turns scene_turns = co_await locks_.acquire(std::move(scene_names));
  const Registration* existing = graph_.find_registration(scene, device);
  if (existing == nullptr || find_usable(scene, call.principal) == nullptr) {
    co_return std::move(refuse(reply, 200, Code::kNotFound, "the device is not registered to such a scene"));
  }
  Registration aligned = *existing;
  aligned.device_to_scene = subject.device.transform.value_or(geometry::Pose{});
  Changes changes;
  for (const Registration* other : graph_.registrations_of(device)) {
    if (other->scene == scene) continue;
    const geometry::Pose scene_to_device = geometry::inverse(other->device_to_scene);
    changes.emplace_back(
        Link{other->scene, scene, geometry::compose(scene_to_device, aligned.device_to_scene)});
  }
  changes.emplace_back(std::move(aligned));
  const Result<void> stored = co_await commit(std::move(changes));
  if (!stored) fail(reply, stored.error(), 200);
  co_return std::move(reply);
}

Task<Reply> Scenes::find_device(Call call) {
  Reply reply{.type = MessageType::kDeviceQuery};
  if (call.request.scenes.empty()) co_return refuse(reply, 400, Code::kProcessing, "'scenes' has no scene");
  const std::vector<DeviceInput>& devices = call.request.scenes.front().devices;
  if (devices.empty()) {
    co_return refuse(reply, 400, Code::kInsufficient,
                     "the scene has no device with a 'key' that is a string");
  }
  const auto registrations = graph_.registrations_of({devices.front().key});
  if (registrations.empty()) co_return refuse(reply, 404, Code::kNotFound, "there is no such device");
  const Registration& latest = *registrations.front();
  SceneOutput output;
  output.devices.push_back({.key = latest.device.value,
                            .connection_string = latest.connection_string,
                            .hostname = latest.hostname,
                            .port = latest.port});
  reply.scenes.push_back(std::move(output));
  reply.transaction_id = call.request.transaction_id;
  co_return reply;
}

}  // namespace aesel::scenes
