// Small pieces from which the service makes its replies.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "scenes/scene_codec.hpp"

namespace aesel::scenes {

inline constexpr std::string_view kBadSceneKey =
    "a scene's key must be UTF-8 of at most 1024 bytes, without line feeds and NUL characters";

/// A scene of which only the key is told; the other members have their defaults, whatever is stored.
inline SceneOutput key_only(SceneId key) {
  SceneOutput output;
  output.scene.key = std::move(key);
  return output;
}

inline Reply& without_scenes(Reply& reply) {
  reply.scenes.clear();
  return reply;
}

/// Makes it an error; the scenes stay.
inline Reply& refuse(Reply& reply, int status, Code code, std::string_view message) {
  reply.status = status;
  reply.code = code;
  reply.message = message;
  return reply;
}

/// What NameLocks calls a device and a scene: whoever needs both takes the device first.
inline std::string device_name(const DeviceId& device) {
  return "device " + device.value;
}
inline std::string scene_name(const SceneId& scene) {
  return "scene " + scene.value;
}

}  // namespace aesel::scenes
