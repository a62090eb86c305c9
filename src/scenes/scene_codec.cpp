#include "scenes/scene_codec.hpp"

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "json/value.hpp"
#include "json/writer.hpp"

namespace aesel::scenes {
namespace {

constexpr double kNoCoordinate = -9999.0;  // clients send it for "not given"

/// Reads members and remembers the first one that exceeds a limit.
class Reader {
 public:
  std::string text(const json::Value& object, std::string_view name, std::size_t bytes_max = kKeyBytesMax) {
    std::string value = json::text_or_empty(object, name);
    if (value.size() > bytes_max) refuse(name, "is longer than", bytes_max, "bytes");
    return value;
  }

  std::vector<std::string> texts(const json::Value& object, std::string_view name) {
    std::vector<std::string> values = json::texts(object, name);
    if (values.size() > kListEntriesMax) refuse(name, "has more than", kListEntriesMax, "entries");
    for (const std::string& value : values) {
      if (value.size() > kKeyBytesMax) refuse(name, "has an entry longer than", kKeyBytesMax, "bytes");
    }
    return values;
  }

  /// The elements of an array that are objects.
  std::vector<const json::Value*> objects(const json::Value& object, std::string_view name,
                                          std::size_t entries_max) {
    std::vector<const json::Value*> elements;
    const json::Value* array = json::find(object, name);
    if (array == nullptr || !array->is_array()) return elements;
    if (array->size() > entries_max) {
      refuse(name, "has more than", entries_max, "entries");
      return elements;
    }
    for (const json::Value& element : *array) {
      if (element.is_object()) elements.push_back(&element);
    }
    return elements;
  }

  void refuse(std::string_view name, std::string_view what, std::size_t limit, std::string_view unit) {
    refuse("'" + std::string(name) + "' " + std::string(what) + " " + std::to_string(limit) + " " +
           std::string(unit));
  }
  void refuse(std::string message) {
    if (!error_) error_ = RequestError{Code::kInsufficient, std::move(message)};
  }

  std::optional<RequestError>& error() { return error_; }

 private:
  std::optional<RequestError> error_;
};

std::optional<double> coordinate(const json::Value& object, std::string_view name) {
  const std::optional<double> value = json::number(object, name);
  if (!value || *value <= kNoCoordinate) return std::nullopt;
  return value;
}

std::optional<bool> visibility(const json::Value& object) {
  if (const std::optional<bool> is_private = json::boolean(object, "private")) return !*is_private;
  return json::boolean(object, "public");
}

/// Three numbers; what is missing or not a number is 0, what comes after the third is ignored.
geometry::Vector3 vector(const json::Value& object, std::string_view name) {
  std::array<double, 3> values{};
  const json::Value* array = json::find(object, name);
  if (array != nullptr && array->is_array()) {
    for (std::size_t i = 0; i < values.size() && i < array->size(); ++i) {
      const json::Value& element = (*array)[i];
      if (element.is_number() && std::isfinite(element.get<double>())) values[i] = element.get<double>();
    }
  }
  return {values[0], values[1], values[2]};
}

std::optional<geometry::Pose> transform(Reader& reader, const json::Value& device) {
  const json::Value* value = json::find(device, "transform");
  if (value == nullptr || !value->is_object()) return std::nullopt;
  const geometry::EulerPose euler{vector(*value, "translation"), vector(*value, "rotation")};
  for (const double length : {euler.translation.x, euler.translation.y, euler.translation.z}) {
    if (std::abs(length) > kTranslationMax)
      reader.refuse("'translation' is farther than 1e12 from the origin");
  }
  return geometry::from_euler(euler);
}

std::optional<DeviceInput> device_input(Reader& reader, const json::Value& object) {
  const std::optional<std::string> key = json::text(object, "key");
  if (!key) return std::nullopt;
  DeviceInput device;
  device.key = reader.text(object, "key");
  device.connection_string = reader.text(object, "connection_string");
  device.hostname = reader.text(object, "hostname");
  if (const auto port = json::int32(object, "port"); port && *port > 0 && *port <= 65535) {
    device.port = static_cast<std::uint16_t>(*port);
  }
  device.transform = transform(reader, object);
  return device;
}

SceneInput scene_input(Reader& reader, const json::Value& object) {
  SceneInput scene;
  scene.key = reader.text(object, "key");
  if (!scene.key.empty() && !is_scene_key(scene.key)) {
    reader.refuse("a scene's 'key' must be text without line feeds and NUL characters");
  }
  scene.name = reader.text(object, "name");
  scene.description = reader.text(object, "description", kDescriptionBytesMax);
  scene.thumbnail = reader.text(object, "thumbnail");
  scene.region = reader.text(object, "region");
  scene.latitude = coordinate(object, "latitude");
  scene.longitude = coordinate(object, "longitude");
  scene.distance = json::number(object, "distance").value_or(0.0);
  scene.is_active = json::boolean(object, "active");
  scene.is_public = visibility(object);
  scene.assets = reader.texts(object, "assets");
  scene.tags = reader.texts(object, "tags");
  for (const json::Value* element : reader.objects(object, "devices", kRequestDevicesMax)) {
    if (auto device = device_input(reader, *element)) scene.devices.push_back(std::move(*device));
  }
  return scene;
}

void write_vector(json::Writer& writer, std::string_view name, const geometry::Vector3& v) {
  const double values[] = {v.x, v.y, v.z};
  writer.reals(name, values);
}

void write_device(json::Writer& writer, const DeviceOutput& device) {
  writer.begin_object();
  writer.member_if("key", device.key);
  writer.member_if("connection_string", device.connection_string);
  writer.member_if("hostname", device.hostname);
  if (device.port) writer.member("port", static_cast<int>(*device.port));
  if (device.transform) {
    const geometry::EulerPose euler = geometry::to_euler(*device.transform);
    writer.name("transform");
    writer.begin_object();
    write_vector(writer, "translation", euler.translation);
    write_vector(writer, "rotation", euler.rotation);
    writer.end_object();
  }
  writer.end_object();
}

void write_texts(json::Writer& writer, std::string_view name, const std::vector<std::string>& values) {
  writer.name(name);
  writer.begin_array();
  for (const std::string& value : values) writer.text(value);
  writer.end_array();
}

/// The order of the members is the contract's. `name` is always there: an existing client needs it.
void write_scene(json::Writer& writer, const SceneOutput& output) {
  const Scene& scene = output.scene;
  writer.begin_object();
  writer.member_if("key", scene.key.value);
  writer.member("name", scene.name);
  writer.member_if("description", scene.description);
  writer.member_if("user", scene.user);
  writer.member_if("thumbnail", scene.thumbnail);
  writer.member_if("region", scene.region);
  if (scene.latitude) writer.member("latitude", *scene.latitude);
  writer.member("active", scene.is_active);
  writer.member("public", scene.is_public);
  if (scene.longitude) writer.member("longitude", *scene.longitude);
  writer.member("distance", 0.0);
  write_texts(writer, "assets", scene.assets);
  write_texts(writer, "tags", scene.tags);
  writer.name("devices");
  writer.begin_array();
  for (const DeviceOutput& device : output.devices) write_device(writer, device);
  writer.end_array();
  writer.end_object();
}

/// How many bytes a well-formed UTF-8 sequence at the start of `text` has; 0 if it is not one. The table is
/// Unicode 15, table 3-7.
std::size_t utf8_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

}  // namespace

bool is_short_text(std::string_view text) {
  if (text.size() > kKeyBytesMax) return false;
  while (!text.empty()) {
    const std::size_t length = utf8_sequence(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool is_scene_key(std::string_view key) {
  return !key.empty() && is_short_text(key) && key.find_first_of(std::string_view("\n\0", 2)) == key.npos;
}

Result<SceneRequest, RequestError> decode_request(std::string_view body) {
  auto parsed = json::parse(body);
  if (!parsed) return RequestError{Code::kBadJson, std::move(parsed.error().message)};
  const json::Value& root = *parsed;
  Reader reader;
  SceneRequest request;
  for (const json::Value* element : reader.objects(root, "scenes", kRequestScenesMax)) {
    request.scenes.push_back(scene_input(reader, *element));
  }
  request.num_records = json::int32(root, "num_records").value_or(10);
  request.start_record = json::int32(root, "start_record").value_or(0);
  request.operation = json::int32(root, "operation").value_or(kAppend);
  request.transaction_id = reader.text(root, "transaction_id");
  if (reader.error()) return std::move(*reader.error());
  return request;
}

std::string encode_reply(const Reply& reply) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.member("msg_type", static_cast<int>(reply.type));
  writer.member("err_code", static_cast<int>(reply.code));
  writer.member_if("err_msg", reply.message);
  writer.member_if("transaction_id", reply.transaction_id);
  if (reply.event_destination.port != 0) {
    writer.member_if("event_destination_host", reply.event_destination.host);
    writer.member("event_destination_port", static_cast<int>(reply.event_destination.port));
  }
  writer.member("num_records", static_cast<std::int64_t>(reply.scenes.size()));
  writer.member("start_record", static_cast<std::int64_t>(reply.start_record));
  writer.name("scenes");
  writer.begin_array();
  for (const SceneOutput& scene : reply.scenes) write_scene(writer, scene);
  writer.end_array();
  writer.end_object();
  return out;
}

}  // namespace aesel::scenes
