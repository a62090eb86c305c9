// Gateway: the public HTTP door. Knows the users, decides who may do what, and which service a path belongs
// to, and gives it the path that the service knows.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "gateway/guard.hpp"
#include "gateway/login.hpp"
#include "gateway/pairs.hpp"
#include "gateway/users.hpp"
#include "http/router.hpp"
#include "http/service.hpp"
#include "storage/document_store.hpp"
#include "telemetry/metrics.hpp"

namespace aesel::gateway {

/// The services, each in this process or behind http::make_remote_service. They outlive the gateway.
struct Services {
  std::vector<Pair> pairs;  // at least one
  http::Service& assets;
  http::Service& projects;
};

struct GatewayOptions {
  Authentication authentication = Authentication::kOff;
  std::string token_secret;  // with authentication: load_token_secret(); without, one of this process is made
  std::int64_t token_ttl_s = 86'400;
  ServiceCredentials services;  // for GET /cluster with authentication
  RenameOwner rename_owner;
  PasswordPoolOptions passwords;
};

/// The scene that a path named, told to the scenes service for bodies that name none. Clients cannot set it.
inline constexpr const char* kSceneHeader = "X-Aesel-Scene";

/// Thread: its core, which has to outlive it.
///   /login, /users/..., both after /v1 too; /cluster/{name}, /portal/login, /actuator/health -> itself
///   /v1/scene/{s}/object... and /property...             -> objects, as /v1/object... ; {s} chooses the pair
///   /v1/scene/{s}/register, /deregister, /align          -> scenes, as /v1/register, ...
///   any other /v1/scene...                               -> scenes
///   /v1/object..., /v1/property...                       -> objects
///   /v1/register, /deregister, /align, /device...        -> scenes
///   /v1/asset..., /history..., /relationship..., /collection... -> assets
///   /v1/asset-history...                                 -> assets, as /v1/history...
///   /v1/bulk/asset, /bulk/collection, /bulk/relationship -> assets
///   /v1/project...                                       -> projects
///   everything else                                      -> 404
///
/// With authentication access_rules.hpp decides, before a body that comes in pieces is read, and the services
/// are told the user. What a client says about principal, standing and scene is taken out; without
/// authentication it may say a principal. Cookies stay here.
class Gateway final : public http::Service {
 public:
  struct Parts {
    Services services;
    storage::DocumentStore& store;
    KeyGenerator& keys;
    const Clock& clock;
    telemetry::Metrics& metrics;
    GatewayOptions options;
  };
  explicit Gateway(Parts parts);
  ~Gateway() override;

  /// Blocks; once, before the first request. Errors: those of the store.
  Result<void> load();

  Task<http::Response> handle(http::Request& request) override;
  http::BodyMode body_mode(const http::Request& head) const override;

 private:
  std::vector<http::Route> own_routes();
  Task<http::Response> forward(http::Request& request);
  void clean(http::Request& request) const;

  const Authentication authentication_;
  const std::string secret_;
  http::Service& assets_;
  http::Service& projects_;
  UserRecords records_;
  PasswordPool passwords_;
  Users users_;
  Login login_;
  Guard guard_;
  SceneLocations locations_;
  Pairs pairs_;
  http::Router own_;
};

}  // namespace aesel::gateway
