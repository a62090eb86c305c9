// GatewayRole: the gateway of a process, its users and the services behind it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/neighbours.hpp"
#include "app/role_parts.hpp"
#include "app/server_process.hpp"
#include "gateway/gateway.hpp"

namespace aesel::app {

/// The services of this process; null for those that are not here.
struct LocalServices {
  http::Router* objects = nullptr;
  http::Router* scenes = nullptr;
  http::Router* assets = nullptr;
  http::Router* projects = nullptr;
};

/// Thread: the core.
class GatewayRole {
 public:
  explicit GatewayRole(const RoleParts& parts) : parts_(parts), neighbours_(parts) {}

  Outcome open(const LocalServices& local);
  http::Service& service() { return *gateway_; }
  /// With authentication: makes an administrator if there is none. The last step of a start, because nothing
  /// may fail between making the password and telling it.
  Outcome seed_admin();
  /// Whom seed_admin() has made.
  const std::optional<NewAdmin>& new_admin() const { return new_admin_; }

 private:
  Outcome find_services(const LocalServices& local);
  Outcome read_options(gateway::GatewayOptions& options);
  Task<Result<void>> rename_owner(std::string from, std::string to);

  struct Found {
    http::Service* objects = nullptr;
    http::Service* scenes = nullptr;
    http::Service* assets = nullptr;
    http::Service* projects = nullptr;
  };

  RoleParts parts_;
  Neighbours neighbours_;
  Found found_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::optional<NewAdmin> new_admin_;
};

}  // namespace aesel::app
