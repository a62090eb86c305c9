// Listeners: the HTTP and HTTPS ports of a process, both for the same service.
#pragma once

#include <cstdint>
#include <memory>

#include "app/role_parts.hpp"
#include "http/server.hpp"
#include "net/task_group.hpp"
#include "net/tls.hpp"

namespace aesel::app {

/// Thread: the core.
class Listeners {
 public:
  explicit Listeners(const RoleParts& parts) : parts_(parts) {}

  /// `service` outlives the listeners.
  Outcome open(http::Service& service);
  /// 0: there is none.
  std::uint16_t http_port() const { return plain_ ? plain_->port() : std::uint16_t{0}; }
  std::uint16_t https_port() const { return secure_ ? secure_->port() : std::uint16_t{0}; }
  void spawn(net::TaskGroup& tasks);
  void stop(int drain_ms);

 private:
  RoleParts parts_;
  std::unique_ptr<net::TlsIdentity> identity_;
  std::unique_ptr<http::Server> plain_;
  std::unique_ptr<http::Server> secure_;
};

}  // namespace aesel::app
