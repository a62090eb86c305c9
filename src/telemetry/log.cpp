#include "telemetry/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace aesel::telemetry {
namespace {

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made =
        std::make_shared<spdlog::logger>("aesel", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

bool needs_quotes(std::string_view text) {
  return text.empty() || text.find_first_of(" =\"\n\r\t") != text.npos;
}

/// key=value, quoted where a reader could not tell its end; control characters never reach the terminal.
void append_field(std::string& line, const Field& field) {
  line += ' ';
  line += field.name;
  line += '=';
  const bool quoted = needs_quotes(field.value);
  if (quoted) line += '"';
  for (const char c : field.value) {
    if (c == '"' || c == '\\') line += '\\';
    line += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  if (quoted) line += '"';
}

}  // namespace

void set_log_level(Level level) {
  logger().set_level(to_spdlog(level));
}

bool set_log_level(std::string_view name) {
  if (name == "debug")
    set_log_level(Level::kDebug);
  else if (name == "info")
    set_log_level(Level::kInfo);
  else if (name == "warning")
    set_log_level(Level::kWarning);
  else if (name == "error")
    set_log_level(Level::kError);
  else
    return false;
  return true;
}

void log(Level level, std::string_view message, std::initializer_list<Field> fields) {
  if (!logger().should_log(to_spdlog(level))) return;
  std::string line(message);
  for (const Field& field : fields) append_field(line, field);
  logger().log(to_spdlog(level), "{}", line);
}

bool RateLimited::allow(std::int64_t steady_ns) {
  if (steady_ns < next_ns_) {
    ++suppressed_;
    return false;
  }
  next_ns_ = steady_ns + interval_ns_;
  return true;
}

std::uint64_t RateLimited::take_suppressed() {
  const std::uint64_t count = suppressed_;
  suppressed_ = 0;
  return count;
}

}  // namespace aesel::telemetry
