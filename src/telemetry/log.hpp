// Log lines: one line of text per event of the program, never per packet. Call sites give a message and
// key=value pairs; spdlog prints them to standard error. RateLimited lets one line per interval through.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace aesel::telemetry {

enum class Level { kDebug, kInfo, kWarning, kError };

struct Field {
  std::string_view name;
  std::string value;
};

void set_log_level(Level level);
/// "debug", "info", "warning" or "error"; false for anything else.
bool set_log_level(std::string_view name);
void log(Level level, std::string_view message, std::initializer_list<Field> fields = {});

/// True at most once per interval; counts what it held back.
class RateLimited {
 public:
  explicit RateLimited(std::int64_t interval_ns = 10'000'000'000) : interval_ns_(interval_ns) {}
  bool allow(std::int64_t steady_ns);
  std::uint64_t take_suppressed();

 private:
  std::int64_t interval_ns_;
  std::int64_t next_ns_ = 0;
  std::uint64_t suppressed_ = 0;
};

}  // namespace aesel::telemetry
