// What `aesel watch` knows of a scene: every object's rate and last position, shown as a table.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace aesel::app {

/// What of an event is shown.
struct WatchedEvent {
  int msg_type = -1;  // -1: not an event
  std::string key;
  std::string name;
  std::optional<std::array<double, 3>> position;
};
/// An event without "msg_type" or one that is not JSON has msg_type -1.
WatchedEvent read_watched_event(std::string_view text);

/// "object update", "property deleted", ...
std::string_view event_type_text(int msg_type);
/// One line: "12.345 s  object update  hip  (1.0, 2.0, 3.0)".
std::string event_line(const WatchedEvent& event, double seconds);

/// One thread.
class WatchTable {
 public:
  void add(const WatchedEvent& event, std::int64_t steady_ns);
  /// Header and one line per object, by name, at most `rows` of them. Rates are those since the last call.
  std::string render(std::string_view title, std::int64_t steady_ns, int rows);
  std::uint64_t events() const { return events_; }
  std::size_t objects() const { return rows_.size(); }

 private:
  struct Row {
    std::string name;
    int msg_type = -1;
    std::uint64_t events = 0;
    std::uint64_t events_before = 0;
    std::optional<std::array<double, 3>> position;
  };
  std::map<std::string, Row> rows_;  // by key, or by name without one
  std::uint64_t events_ = 0;
  std::uint64_t events_before_ = 0;
  std::int64_t rendered_ns_ = 0;
};

}  // namespace aesel::app
