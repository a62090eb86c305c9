#include "scenes/scene_record.hpp"

#include <nlohmann/json.hpp>

#include "json/value.hpp"
#include "json/writer.hpp"

namespace aesel::scenes {
namespace {

storage::StoredPose to_stored(const geometry::Pose& pose) {
  const auto& [q, t] = pose;
  return {q.w, q.x, q.y, q.z, t.x, t.y, t.z};
}

geometry::Pose from_stored(const storage::StoredPose& pose) {
  return {{pose.w, pose.qx, pose.qy, pose.qz}, {pose.x, pose.y, pose.z}};
}

void write_texts(json::Writer& writer, std::string_view name, const std::vector<std::string>& values) {
  if (values.empty()) return;
  writer.name(name);
  writer.begin_array();
  for (const std::string& value : values) writer.text(value);
  writer.end_array();
}

}  // namespace

storage::StoredScene to_stored(const Scene& scene) {
  storage::StoredScene stored{scene.key.value, {}};
  json::Writer writer(stored.body);
  writer.begin_object();
  writer.member_if("name", scene.name);
  writer.member_if("description", scene.description);
  writer.member_if("user", scene.user);
  writer.member_if("thumbnail", scene.thumbnail);
  writer.member_if("region", scene.region);
  if (scene.latitude) writer.member("latitude", *scene.latitude);
  if (scene.longitude) writer.member("longitude", *scene.longitude);
  writer.member("active", scene.is_active);
  writer.member("public", scene.is_public);
  write_texts(writer, "assets", scene.assets);
  write_texts(writer, "tags", scene.tags);
  writer.end_object();
  return stored;
}

storage::StoredRegistration to_stored(const Registration& registration) {
  storage::StoredRegistration stored{registration.scene.value,
                                     registration.device.value,
                                     {},
                                     to_stored(registration.device_to_scene),
                                     registration.sequence};
  json::Writer writer(stored.body);
  writer.begin_object();
  writer.member_if("hostname", registration.hostname);
  if (registration.port) writer.member("port", static_cast<int>(*registration.port));
  writer.member_if("connection_string", registration.connection_string);
  writer.end_object();
  return stored;
}

storage::StoredLink to_stored(const Link& link) {
  return {link.from.value, link.to.value, to_stored(link.from_to)};
}

std::optional<Scene> from_stored(const storage::StoredScene& stored) {
  const auto body = json::parse(stored.body);
  if (!body || !body->is_object()) return std::nullopt;
  Scene scene;
  scene.key = {stored.key};
  scene.name = json::text_or_empty(*body, "name");
  scene.description = json::text_or_empty(*body, "description");
  scene.user = json::text_or_empty(*body, "user");
  scene.thumbnail = json::text_or_empty(*body, "thumbnail");
  scene.region = json::text_or_empty(*body, "region");
  scene.latitude = json::number(*body, "latitude");
  scene.longitude = json::number(*body, "longitude");
  scene.is_active = json::boolean(*body, "active").value_or(true);
  scene.is_public = json::boolean(*body, "public").value_or(true);
  scene.assets = json::texts(*body, "assets");
  scene.tags = json::texts(*body, "tags");
  return scene;
}

std::optional<Registration> from_stored(const storage::StoredRegistration& stored) {
  const auto body = json::parse(stored.body);
  if (!body || !body->is_object()) return std::nullopt;
  Registration registration;
  registration.scene = {stored.scene};
  registration.device = {stored.device};
  registration.hostname = json::text_or_empty(*body, "hostname");
  if (const auto port = json::int32(*body, "port"); port && *port > 0 && *port <= 65535) {
    registration.port = static_cast<std::uint16_t>(*port);
  }
  registration.connection_string = json::text_or_empty(*body, "connection_string");
  registration.device_to_scene = from_stored(stored.device_to_scene);
  registration.sequence = stored.sequence;
  return registration;
}

Link from_stored(const storage::StoredLink& stored) {
  return {{stored.from}, {stored.to}, from_stored(stored.from_to)};
}

}  // namespace aesel::scenes
