// The datagrams that the tools send and receive: object events (type 1) as JSON text.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aesel::app {

using EventMatrix = std::array<double, 16>;  // row-major; the translation is at 3, 7, 11

struct ObjectEvent {
  std::string_view key;
  std::string_view name;
  std::string_view scene;
  const EventMatrix* transform = nullptr;
};
/// Appends an object update as clients send it.
void append_object_event(std::string& out, const ObjectEvent& event);

/// The 16 numbers of the top-level "transform" of a compact event, without reading the rest; nullopt when
/// there are none. Fast: for receivers that take a hundred thousand of them per second.
std::optional<EventMatrix> find_transform(std::string_view json);
/// The value of "key":"..." of an event, without reading the rest; "" when there is none. Keys have no
/// escapes.
std::string_view find_key_text(std::string_view json);

/// Numbered events of one object, for measuring: the number is the x of the translation, the run the y. Both
/// are integers below 2^53, which doubles and their texts carry exactly.
class NumberedEvent {
 public:
  NumberedEvent(const ObjectEvent& object, std::uint32_t run);
  /// The datagram with that number; valid until the next call.
  std::string_view with_number(std::uint64_t number);

 private:
  static constexpr std::size_t kDigits = 16;
  std::string text_;
  std::size_t number_at_ = 0;
};

struct EventNumber {
  std::uint64_t number = 0;
  std::uint32_t run = 0;
};
/// nullopt for an event that carries no numbers.
std::optional<EventNumber> find_number(std::string_view json);

}  // namespace aesel::app
