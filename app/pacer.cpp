#include "app/pacer.hpp"

#include <sys/prctl.h>

#include <ctime>

namespace aesel::app {

void sleep_until_ns(std::int64_t steady_ns) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const timespec until{steady_ns / kSecond, steady_ns % kSecond};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

void sharpen_sleeps() {
  prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
}

}  // namespace aesel::app
