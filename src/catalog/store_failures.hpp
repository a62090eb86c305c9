// StoreFailures: what a client is told when the store failed, and a line in the log now and then.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "catalog/refusal.hpp"
#include "telemetry/log.hpp"

namespace aesel::catalog {

/// One thread: the core of the service.
class StoreFailures {
 public:
  explicit StoreFailures(const Clock& clock) : clock_(clock) {}

  /// 503 and 120 when it may pass (full disk, busy or unreachable store), 500 and 120 otherwise.
  Refusal refuse(const error_code& error);

 private:
  const Clock& clock_;
  telemetry::RateLimited log_;
};

}  // namespace aesel::catalog
