// Gateway: the public HTTP door. Decides which service a path belongs to, and gives it the path that the
// service knows.
#pragma once

#include "http/service.hpp"

namespace aesel::gateway {

/// The services, each in this process or behind http::make_remote_service. They outlive the gateway.
struct Services {
  http::Service& objects;
  http::Service& scenes;
};

/// The scene that a path named, told to the scenes service for bodies that name none. Clients cannot set it.
inline constexpr const char* kSceneHeader = "X-Aesel-Scene";

/// Thread: its core.
///   /v1/scene/{s}/object... and /property...        -> objects, as /v1/object... ; {s} is not enforced
///   /v1/scene/{s}/register, /deregister, /align     -> scenes, as /v1/register, ...
///   any other /v1/scene...                          -> scenes
///   /v1/object..., /v1/property...                  -> objects
///   /v1/register, /deregister, /align, /device...   -> scenes
///   everything else                                 -> 404
class Gateway final : public http::Service {
 public:
  explicit Gateway(Services services) : services_(services) {}
  Task<http::Response> handle(http::Request& request) override;

 private:
  http::Service* choose(http::Request& request) const;
  Services services_;
};

}  // namespace aesel::gateway
