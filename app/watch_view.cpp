#include "app/watch_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/event_text.hpp"
#include "app/terminal.hpp"
#include "json/value.hpp"

namespace aesel::app {
namespace {

std::string position_text(const std::optional<std::array<double, 3>>& position) {
  if (!position) return "-";
  return fmt::format("({:.3f}, {:.3f}, {:.3f})", (*position)[0], (*position)[1], (*position)[2]);
}

/// Padded to a width in characters, cut when longer.
std::string column(std::string_view text, int width) {
  std::string cut = cut_to_columns(text, width);
  const auto used = std::count_if(cut.begin(), cut.end(),
                                  [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  cut.append(static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, width - used)), ' ');
  return cut;
}

}  // namespace

WatchedEvent read_watched_event(std::string_view text) {
  WatchedEvent event;
  const auto parsed = json::parse(text);
  if (!parsed) return event;
  event.msg_type = json::int32(*parsed, "msg_type").value_or(-1);
  event.key = json::text_or_empty(*parsed, "key");
  event.name = json::text_or_empty(*parsed, "name");
  const json::Value* transform = json::find(*parsed, "transform");
  if (transform == nullptr || !transform->is_array() || transform->size() != 16) return event;
  std::array<double, 3> position{};
  for (std::size_t i = 0; i < 3; ++i) {
    const json::Value& number = (*transform)[4 * i + 3];
    if (!number.is_number()) return event;
    position[i] = number.get<double>();
  }
  event.position = position;
  return event;
}

std::string_view event_type_text(int msg_type) {
  switch (msg_type) {
    case 0:
      return "object created";
    case 1:
      return "object update";
    case 3:
      return "object deleted";
    case 8:
      return "property created";
    case 9:
      return "property update";
    case 11:
      return "property deleted";
    case 15:
    case 23:
      return "keyframe created";
    case 16:
    case 24:
      return "keyframe update";
    case 18:
    case 26:
      return "keyframe deleted";
    case 19:
    case 27:
      return "action created";
    case 20:
    case 28:
      return "action update";
    case 22:
    case 30:
      return "action deleted";
    default:
      return "not an event";
  }
}

std::string event_line(const WatchedEvent& event, double seconds) {
  return fmt::format("{:9.3f} s  {:<16}  {}  {}  {}", seconds, event_type_text(event.msg_type),
                     event.name.empty() ? "-" : event.name, event.key.empty() ? "-" : event.key,
                     position_text(event.position));
}

void WatchTable::add(const WatchedEvent& event, std::int64_t steady_ns) {
  if (rendered_ns_ == 0) rendered_ns_ = steady_ns;
  ++events_;
  if (event.msg_type < 0) return;
  Row& row = rows_[event.key.empty() ? event.name : event.key];
  if (!event.name.empty()) row.name = event.name;
  row.msg_type = event.msg_type;
  ++row.events;
  if (event.position) row.position = event.position;
}

std::string WatchTable::render(std::string_view title, std::int64_t steady_ns, int rows) {
  const double seconds = rendered_ns_ == 0 ? 0 : static_cast<double>(steady_ns - rendered_ns_) * 1e-9;
  const auto rate = [&](std::uint64_t now, std::uint64_t before) {
    return seconds > 0 ? static_cast<double>(now - before) / seconds : 0.0;
  };
  std::string out =
      fmt::format("{}   {} objects   {} events   {}/s\n", title, rows_.size(),
                  format_count(static_cast<double>(events_)), format_count(rate(events_, events_before_)));
  std::vector<std::pair<const std::string*, Row*>> order;
  for (auto& [key, row] : rows_) order.emplace_back(&key, &row);
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second->name < b.second->name; });
  if (!order.empty()) {
    out +=
        fmt::format("{} {} {:>9}  {}\n", column("object", 24), column("last event", 16), "rate", "position");
  }
  int shown = 0;
  for (const auto& [key, row] : order) {
    const double row_rate = rate(row->events, row->events_before);
    row->events_before = row->events;
    if (shown++ >= rows) continue;
    out += fmt::format("{} {} {:>7}/s  {}\n", column(row->name.empty() ? *key : row->name, 24),
                       column(event_type_text(row->msg_type), 16), format_count(row_rate),
                       position_text(row->position));
  }
  if (shown > rows) out += fmt::format("... and {} more\n", shown - rows);
  events_before_ = events_;
  rendered_ns_ = steady_ns;
  return out;
}

}  // namespace aesel::app
