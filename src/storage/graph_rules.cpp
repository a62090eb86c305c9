// Checked in front of the store: a stored NaN or half a JSON text would only be noticed at the next start.
#include "storage/graph_rules.hpp"

#include <algorithm>
#include <cmath>

#include "json/value.hpp"

namespace aesel::storage {
namespace {

bool is_finite(const StoredPose& pose) {
  return std::isfinite(pose.w) && std::isfinite(pose.qx) && std::isfinite(pose.qy) &&
         std::isfinite(pose.qz) && std::isfinite(pose.x) && std::isfinite(pose.y) && std::isfinite(pose.z);
}

bool is_object(const std::string& body) {
  return json::Value::parse(body, nullptr, false).is_object();
}

struct Check {
  bool operator()(const PutScene& change) const {
    return !change.scene.key.empty() && is_object(change.scene.body);
  }
  bool operator()(const EraseScene& change) const { return !change.key.empty(); }
  bool operator()(const PutRegistration& change) const {
    const StoredRegistration& registration = change.registration;
    return !registration.scene.empty() && !registration.device.empty() && is_object(registration.body) &&
           is_finite(registration.device_to_scene);
  }
  bool operator()(const EraseRegistration& change) const {
    return !change.scene.empty() && !change.device.empty();
  }
  bool operator()(const PutLink& change) const {
    return !change.link.from.empty() && !change.link.to.empty() && is_finite(change.link.from_to);
  }
};

}  // namespace

bool is_valid(const std::vector<GraphChange>& changes) {
  return std::ranges::all_of(changes, [](const GraphChange& change) { return std::visit(Check{}, change); });
}

}  // namespace aesel::storage
