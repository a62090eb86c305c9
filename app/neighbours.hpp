// Neighbours: the services that a process reaches, each by a call when it is here, else over HTTP. Which of
// the two is decided by the configured roles alone.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "app/role_parts.hpp"
#include "http/service.hpp"
#include "net/tls.hpp"

namespace aesel::app {

/// Thread: the core.
class Neighbours {
 public:
  explicit Neighbours(const RoleParts& parts) : parts_(parts) {}

  /// `local` if it is not null, else the service at the URL of directory.static.<name>, which becomes a
  /// readiness check. The error names the key.
  Result<http::Service*, std::string> find(std::string_view name, http::Service* local);

 private:
  RoleParts parts_;
  std::unique_ptr<net::TlsTrust> trust_;  // when a service is reached by HTTPS
  std::vector<std::unique_ptr<http::Service>> remotes_;
};

}  // namespace aesel::app
