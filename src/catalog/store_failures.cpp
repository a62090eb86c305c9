#include "catalog/store_failures.hpp"

#include <string>

#include "storage/error.hpp"

namespace aesel::catalog {

Refusal StoreFailures::refuse(const error_code& error) {
  const bool may_pass = error == storage::Errc::kFull || error == storage::Errc::kUnavailable;
  if (log_.allow(clock_.steady_ns())) {
    telemetry::log(
        telemetry::Level::kError, "the store failed",
        {{"error", error.message()}, {"not_logged_before", std::to_string(log_.take_suppressed())}});
  }
  return Refusal{may_pass ? 503 : 500, 120, error.message()};
}

}  // namespace aesel::catalog
