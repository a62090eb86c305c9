// Signals of the tools: SIGINT and SIGTERM ask to stop, they do not end the program in the middle.
#pragma once

#include <cstdint>

namespace aesel::app {

/// While it lives, SIGINT and SIGTERM set a flag; a second one ends the program at once. One at a time.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  bool raised() const;
  /// Sleeps for that long, or until a signal comes. True: a signal came.
  bool wait_ms(std::int64_t ms) const;
};

}  // namespace aesel::app
