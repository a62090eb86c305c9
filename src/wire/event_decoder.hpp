// EventDecoder: reads the event that is nearly all of the traffic, an object or property that moved, without
// allocating. Anything unusual is left to the general decoder of the objects service.
// The datagrams are described in src/wire/WIRE_FORMAT.md.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/ids.hpp"

namespace aesel::wire {

/// A type 1 event (16 numbers) or a type 9 event (1 to 4 numbers) that names its record and nothing unusual.
/// The views point into the datagram.
struct MoveEvent {
  int type = 0;  // 1 or 9
  KeyBytes key{};
  std::string_view name;   // "" when absent
  std::string_view scene;  // "" when absent
  std::size_t count = 0;   // of values
  std::array<double, 16> values{};
  /// The text of each number if it can be sent on as it is (JSON, with a point or an exponent), else "".
  std::array<std::string_view, 16> texts{};
};

enum class Decoded {
  kMove,     // `into` is filled
  kGeneral,  // something else, perhaps malformed: the general decoder decides
};

/// Thread: one. Reuses its buffers.
class EventDecoder {
 public:
  EventDecoder();
  ~EventDecoder();
  EventDecoder(EventDecoder&&) noexcept;

  /// REQUIRES: kDecoderSlack readable bytes behind the datagram.
  /// Numbers are read as strtod does, so leading zeros are accepted: existing load generators send them.
  Decoded decode(std::span<const char> datagram, MoveEvent& into);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

inline constexpr std::size_t kDecoderSlack = 64;

}  // namespace aesel::wire
