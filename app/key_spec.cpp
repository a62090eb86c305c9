#include "app/key_spec.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace aesel::app {
namespace {

KeySpec text(std::string_view key, std::string_view value, std::string_view help) {
  return {key, KeyType::kText, value, help};
}
KeySpec path(std::string_view key, std::string_view value, std::string_view help) {
  return {key, KeyType::kPath, value, help};
}
KeySpec boolean(std::string_view key, std::string_view value, std::string_view help) {
  return {key, KeyType::kBoolean, value, help};
}
struct Range {
  std::int64_t min, max;
};
KeySpec integer(std::string_view key, std::string_view value, Range range, std::string_view help) {
  return {key, KeyType::kInteger, value, help, range.min, range.max};
}
KeySpec duration(std::string_view key, std::string_view value, Range range, std::string_view help) {
  return {key, KeyType::kDurationMs, value, help, range.min, range.max};
}
KeySpec choice(std::string_view key, std::string_view value, std::vector<std::string_view> choices,
               std::string_view help) {
  return {key, KeyType::kChoice, value, help, 0, 0, std::move(choices)};
}

constexpr Range kPort{0, 65'535};
constexpr Range kTimeoutMs{1, 3'600'000};

const std::vector<KeySpec>& table() {
  static const std::vector<KeySpec> specs = {
      {"roles", KeyType::kRoles, "all", "what this process plays"},
      text("http.host", "*", "address to listen on; * is every one"),
      integer("http.port", "8080", kPort,
              "0 takes a free one; 8768 for objects alone, 8766 for scenes alone"),
      integer("http.body.bytes_max", "16777216", {1, 1 << 30}, "largest request body"),
      integer("http.connections.max", "20000", {1, 1'000'000}, "connections at the same time"),
      duration("http.timeout.header_ms", "15000", kTimeoutMs, "for the headers of a request"),
      duration("http.timeout.body_ms", "60000", kTimeoutMs, "for the body of a request"),
      duration("http.timeout.idle_ms", "120000", kTimeoutMs, "between requests on one connection"),
      text("udp.host", "*", "address on which events come in"),
      integer("udp.port", "8762", kPort, "port on which events come in; 0 takes a free one"),
      text("udp.advertised.host", "",
           "told to devices as the place to send events; empty: where they reached us"),
      integer("udp.advertised.port", "0", kPort, "told to devices; 0: the real one"),
      choice("storage.method", "sqlite", {"sqlite", "memory"}, "where scenes and objects are kept"),
      path("storage.sqlite.path", "aesel.db",
           "the database file; aesel-objects.db or aesel-scenes.db for one of them alone"),
      duration("storage.sqlite.busy_ms", "2000", {0, 600'000},
               "wait for a file that another process has locked"),
      duration("events.flush_ms", "50", {1, 60'000}, "how often moved objects are stored"),
      integer("objects.max", "1000000", {1, 100'000'000}, "live objects"),
      choice("event.stream.method", "auto", {"auto", "inproc", "udp"},
             "from the objects to the scenes service; auto: inproc when both are in this process, else udp"),
      text("event.stream.udp.host", "*", "address on which the scenes service listens"),
      integer("event.stream.udp.port", "8764", kPort, "port on which the scenes service listens"),
      text("event.stream.udp.destination", "127.0.0.1:8764", "where the objects service sends changes"),
      boolean("event.plain.padding", "true", "pad events for clients that base64-decode even plain ones"),
      duration("fanout.resolve_ms", "30000", {100, 86'400'000},
               "how often host names of devices are resolved again"),
      text("directory.static.objects", "http://127.0.0.1:8768", "URL of the objects service"),
      text("directory.static.scenes", "http://127.0.0.1:8766", "URL of the scenes service"),
      text("directory.static.cluster", "test", "name of the pair"),
      choice("log.level", "info", {"debug", "info", "warning", "error"},
             "least important line that is logged"),
      duration("shutdown.grace_ms", "4000", {0, 60'000}, "for requests under way when told to stop"),
  };
  return specs;
}

}  // namespace

std::span<const KeySpec> key_specs() {
  return table();
}

const KeySpec* find_key(std::string_view key) {
  const auto it =
      std::find_if(table().begin(), table().end(), [&](const KeySpec& spec) { return spec.key == key; });
  return it == table().end() ? nullptr : &*it;
}

std::string env_variable(std::string_view key) {
  std::string variable = "AESEL_";
  for (const char c : key) {
    if (c == '.') {
      variable += '_';
    } else {
      variable += (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  return variable;
}

std::string allowed_text(const KeySpec& spec) {
  switch (spec.type) {
    case KeyType::kText:
      return "text";
    case KeyType::kPath:
      return "a path";
    case KeyType::kBoolean:
      return "true or false";
    case KeyType::kInteger:
      return fmt::format("an integer from {} to {}", spec.min, spec.max);
    case KeyType::kDurationMs:
      return fmt::format("milliseconds, an integer from {} to {}", spec.min, spec.max);
    case KeyType::kChoice:
      return fmt::format("one of {}", fmt::join(spec.choices, ", "));
    case KeyType::kRoles:
      return "all, or a comma-separated list of gateway, objects, scenes";
  }
  return "";
}

}  // namespace aesel::app
