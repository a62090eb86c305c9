// How `aesel bench` shows a report: a few lines for people, one JSON object for programs.
#pragma once

#include <string>

#include "app/bench_load.hpp"

namespace aesel::app {

std::string report_text(const LoadOptions& options, const LoadReport& report);
/// One line. Durations in microseconds, loss as a fraction.
std::string report_json(const LoadOptions& options, const LoadReport& report);
/// "3.2 s  sent 3.2k  received 32.0k"
std::string progress_text(const LoadProgress& progress);

}  // namespace aesel::app
