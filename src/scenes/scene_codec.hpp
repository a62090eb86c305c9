// The JSON that clients of the scenes service send and get: tolerant reading of requests, ordered writing of
// replies. Pure functions without an event loop, so that they can be fuzzed.
//
// Tolerance: every member is optional; null, a wrong type, an unknown member, an element of the wrong type in
// an array: all as if absent. Limits (README.md lists them) are the exception: what is too big is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "geometry/pose.hpp"
#include "scenes/scene.hpp"

namespace aesel::scenes {

inline constexpr std::size_t kKeyBytesMax = 1024;  // keys, names and every other short text
inline constexpr std::size_t kDescriptionBytesMax = 64 * 1024;
inline constexpr std::size_t kListEntriesMax = 1000;     // tags, and assets, of one scene
inline constexpr std::size_t kRequestScenesMax = 1000;   // elements of `scenes`
inline constexpr std::size_t kRequestDevicesMax = 1000;  // elements of `devices` of one scene
inline constexpr double kTranslationMax = 1e12;          // so that composing never overflows

/// What `err_code` says.
enum class Code {
  kSuccess = 100,
  kNotFound = 102,
  kBadJson = 110,
  kProcessing = 120,
  kInsufficient = 122,
};

/// What `msg_type` says.
enum class MessageType {
  kCreate = 0,
  kUpdate = 1,
  kGet = 2,
  kDelete = 3,
  kRegister = 4,
  kDeregister = 5,
  kAlign = 6,
  kDeviceQuery = 7,
  kCache = 9,
};

/// A device as a request describes it. Only devices with a string `key` get this far; "" asks for a new key.
struct DeviceInput {
  std::string key;
  std::string connection_string;
  std::string hostname;
  std::optional<std::uint16_t> port;        // 1 to 65535, anything else is as if absent
  std::optional<geometry::Pose> transform;  // absent: not given, null or not an object

  friend bool operator==(const DeviceInput&, const DeviceInput&) = default;
};

/// A scene as a request describes it; "" and absent are the same.
struct SceneInput {
  std::string key;
  std::string name;
  std::string description;
  std::string thumbnail;
  std::string region;
  std::optional<double> latitude;
  std::optional<double> longitude;
  double distance = 0;  // metres, queries only
  std::optional<bool> is_active;
  std::optional<bool> is_public;  // from `private`, or else from `public`
  std::vector<std::string> assets;
  std::vector<std::string> tags;
  std::vector<DeviceInput> devices;

  friend bool operator==(const SceneInput&, const SceneInput&) = default;
};

inline constexpr std::int32_t kAppend = 10;  // values of `operation`; any other leaves lists alone
inline constexpr std::int32_t kRemove = 11;

struct SceneRequest {
  std::vector<SceneInput> scenes;
  std::int32_t num_records = 10;
  std::int32_t start_record = 0;
  std::int32_t operation = kAppend;
  std::string transaction_id;
};

struct RequestError {
  Code code = Code::kBadJson;  // or kInsufficient, when a limit is exceeded
  std::string message;
};
Result<SceneRequest, RequestError> decode_request(std::string_view body);

/// At most kKeyBytesMax bytes of UTF-8.
bool is_short_text(std::string_view text);
/// May this be a scene's key? 1 to kKeyBytesMax bytes of UTF-8, no line feed (it ends the key in a datagram),
/// no NUL.
bool is_scene_key(std::string_view key);

/// A device in a reply: what is empty or absent is left out.
struct DeviceOutput {
  std::string key;
  std::string connection_string;
  std::string hostname;
  std::optional<std::uint16_t> port;
  std::optional<geometry::Pose> transform;
};

struct SceneOutput {
  Scene scene;
  std::vector<DeviceOutput> devices;
};

struct EventDestination {
  std::string host;
  std::uint16_t port = 0;  // 0: unknown, neither member is sent
};

/// A reply with its HTTP status.
struct Reply {
  int status = 200;
  MessageType type = MessageType::kGet;
  Code code = Code::kSuccess;
  std::string message;         // free text, only with errors
  std::string transaction_id;  // left out if empty
  EventDestination event_destination;
  std::int32_t start_record = 0;
  std::vector<SceneOutput> scenes;
};
std::string encode_reply(const Reply& reply);

}  // namespace aesel::scenes
