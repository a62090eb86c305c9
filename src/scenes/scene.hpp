// The things of the scenes service: a scene, a device's registration to one, and a link between two.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "geometry/pose.hpp"

namespace aesel::scenes {

struct Scene {
  SceneId key;
  std::string name;
  std::string description;
  std::string user;       // the owner; empty: nobody
  std::string thumbnail;  // an asset's key
  std::string region;
  std::optional<double> latitude;   // degrees, not range-checked
  std::optional<double> longitude;  // degrees
  bool is_active = true;
  bool is_public = true;
  std::vector<std::string> assets;  // without duplicates, in the order in which they came
  std::vector<std::string> tags;    // likewise

  friend bool operator==(const Scene&, const Scene&) = default;
};

/// One device registered to one scene. Unique by (scene, device): a device has an address per registration.
struct Registration {
  SceneId scene;
  DeviceId device;
  std::string hostname;
  std::optional<std::uint16_t> port;
  std::string connection_string;
  geometry::Pose device_to_scene;
  std::int64_t sequence = 0;  // the most recent registration has the largest

  friend bool operator==(const Registration&, const Registration&) = default;
};

/// The coordinate systems of two scenes, related. One per unordered pair.
struct Link {
  SceneId from;
  SceneId to;
  geometry::Pose from_to;  // maps `from` coordinates to `to` coordinates

  friend bool operator==(const Link&, const Link&) = default;
};

}  // namespace aesel::scenes
