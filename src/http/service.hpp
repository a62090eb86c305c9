// Service: something that answers requests. In the same process it is called; in another it is reached
// through http::Client, behind the same interface.
#pragma once

#include "base/task.hpp"
#include "http/message.hpp"

namespace aesel::http {

class Service {
 public:
  virtual ~Service() = default;
  /// Thread: the core that owns the service. Never throws for what a client can cause.
  virtual Task<Response> handle(Request& request) = 0;
  /// Asked when the headers of a request have arrived, before its body is read.
  virtual BodyMode body_mode(const Request& /*head*/) const { return BodyMode::kWhole; }
};

}  // namespace aesel::http
