#include "objects/commit.hpp"

#include <exception>

#include "storage/error.hpp"
#include "telemetry/log.hpp"

namespace aesel::objects {

Task<Result<void>> commit(storage::DocumentStore& store, std::vector<storage::Write> writes) {
  try {
    co_return co_await store.write(std::move(writes));
  } catch (const std::exception& e) {
    telemetry::log(telemetry::Level::kWarning, "a write to the store was broken off", {{"error", e.what()}});
  }
  co_return make_error_code(storage::Errc::kUnavailable);
}

}  // namespace aesel::objects
