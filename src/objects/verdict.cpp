#include "objects/verdict.hpp"

#include "storage/error.hpp"

namespace aesel::objects {

Verdict Verdict::store_failed(const error_code& error) {
  const bool passing = error == storage::Errc::kFull || error == storage::Errc::kUnavailable;
  return {passing ? 503 : 500, Code::kProcessing, "the store failed: " + error.message()};
}

Verdict Verdict::of(RequestError error) {
  if (error.kind == RequestError::Kind::kBadJson) return unreadable(std::move(error.message));
  return refused(std::move(error.message));
}

}  // namespace aesel::objects
