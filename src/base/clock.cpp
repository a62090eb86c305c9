#include "base/clock.hpp"

#include <ctime>

namespace aesel {
namespace {

std::int64_t read_ns(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return t.tv_sec * std::int64_t{1'000'000'000} + t.tv_nsec;
}

class SystemClock final : public Clock {
 public:
  std::int64_t steady_ns() const override { return read_ns(CLOCK_MONOTONIC); }
  std::int64_t wall_ns() const override { return read_ns(CLOCK_REALTIME); }
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

}  // namespace aesel
