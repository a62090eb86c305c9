// ServerApi: what the tools ask of a server over HTTP, in a program without an event loop. Failures are
// sentences for people: what was asked, of whom, what came back, what to do.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "http/client.hpp"

namespace aesel::app {

/// Why a call failed, in one sentence.
struct CallError {
  std::string text;
};
template <class T>
using CallResult = Result<T, CallError>;

struct NewObject {
  std::string name;
  std::string type;
  std::string parent;             // another object's name; may be empty
  std::vector<double> transform;  // 16 numbers, or none for the identity
};

struct DeviceAddress {
  std::string key;  // "" lets the server choose one
  std::string hostname;
  std::uint16_t port = 0;
};

/// The answer to a registration.
struct Registration {
  std::string device_key;
  std::string events_host;  // where to send events; "" when the server does not tell
  std::uint16_t events_port = 0;
};

/// Blocking; one thread at a time; connections are kept. Paths are those of the gateway; a server that plays
/// a single role and knows only its own paths is recognised and asked by those.
class ServerApi {
 public:
  /// Errors: not a URL. `objects_url` and `scenes_url` differ when the services run apart without a gateway.
  static CallResult<ServerApi> open(std::string_view objects_url, std::string_view scenes_url);
  ServerApi(ServerApi&&) noexcept;
  ServerApi& operator=(ServerApi&&) noexcept;
  ~ServerApi();

  CallResult<void> put_scene(const std::string& scene, const std::string& name);
  CallResult<void> delete_scene(const std::string& scene);
  /// The keys, in order. One request for at most 200 objects.
  CallResult<std::vector<std::string>> create_objects(const std::string& scene,
                                                      std::span<const NewObject> objects);
  CallResult<void> delete_object(const std::string& scene, const std::string& key);
  CallResult<Registration> register_device(const std::string& scene, const DeviceAddress& address);
  CallResult<void> deregister_device(const std::string& scene, const std::string& device);

  const http::Url& scenes_url() const;

 private:
  struct Link;
  ServerApi();
  std::unique_ptr<Link> objects_;
  std::unique_ptr<Link> scenes_;
};

}  // namespace aesel::app
