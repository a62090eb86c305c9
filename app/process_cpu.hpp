// process_cpu: how much processor time another process has used so far.
#pragma once

#include <optional>

namespace aesel::app {

/// Seconds, user and system, of all threads that live: exact to a microsecond where the kernel counts that
/// (schedstat), else in clock ticks. nullopt if there is no such process.
std::optional<double> cpu_seconds_of(int pid);

}  // namespace aesel::app
