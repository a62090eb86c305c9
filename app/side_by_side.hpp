// SideBySide: several services of one process behind one port, without a gateway. Each has paths of its own.
#pragma once

#include <vector>

#include "http/router.hpp"
#include "http/service.hpp"

namespace aesel::app {

/// A request goes to the first service that knows its path. POST /v1/owner, which tells of a renamed user, is
/// for all that know it: the first failure is the answer, else the last success. The services outlive it.
class SideBySide final : public http::Service {
 public:
  /// REQUIRES: at least one.
  explicit SideBySide(std::vector<http::Router*> services) : services_(std::move(services)) {}
  Task<http::Response> handle(http::Request& request) override;
  http::BodyMode body_mode(const http::Request& head) const override;

 private:
  http::Router& choose(const http::Request& request) const;
  Task<http::Response> tell_all(http::Request& request);

  std::vector<http::Router*> services_;
};

}  // namespace aesel::app
