#include "app/signals.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <limits>

#include "base/check.hpp"

namespace aesel::app {
namespace {

// Signal handlers can reach nothing but globals; the eventfd wakes wait_ms.
std::atomic<int> g_event{-1};
std::atomic<bool> g_raised{false};
struct sigaction g_old_int, g_old_term;

void on_signal(int) {
  g_raised.store(true);
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(g_event.load(), &one, sizeof one);
}

}  // namespace

StopSignal::StopSignal() {
  CHECK(g_event.load() < 0);
  g_raised.store(false);
  g_event.store(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second one has its usual effect
  sigaction(SIGINT, &action, &g_old_int);
  sigaction(SIGTERM, &action, &g_old_term);
}

StopSignal::~StopSignal() {
  sigaction(SIGINT, &g_old_int, nullptr);
  sigaction(SIGTERM, &g_old_term, nullptr);
  close(g_event.exchange(-1));
}

bool StopSignal::raised() const {
  return g_raised.load();
}

bool StopSignal::wait_ms(std::int64_t ms) const {
  if (raised()) return true;
  pollfd waiting{g_event.load(), POLLIN, 0};
  poll(&waiting, 1, static_cast<int>(std::clamp<std::int64_t>(ms, 0, std::numeric_limits<int>::max())));
  return raised();
}

}  // namespace aesel::app
