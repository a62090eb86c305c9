// process_cpu: how much processor time another process has used so far.
#pragma once

namespace aesel::bench {

/// Seconds in user and system mode, all threads, to the nanosecond where the kernel counts that finely (else
/// to its clock tick). 0 for a process that does not exist.
double process_cpu_seconds(int pid);

}  // namespace aesel::bench
