// A strict UTF-8 check.
#include "motion/utf8.hpp"

#include <cstddef>
#include <cstdint>

namespace aesel::motion {
namespace {

/// Bytes of the sequence that begins with this byte; 0 for one that cannot begin any.
std::size_t sequence_bytes(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  if (first >= 0xF0 && first < 0xF5) return 4;
  return 0;
}

/// The code point of a sequence of that length, or a surrogate (which is never valid) when it is malformed.
std::uint32_t decode(std::string_view sequence) {
  constexpr std::uint32_t kInvalid = 0xD800;
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const auto first = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return first;
  std::uint32_t code = first & (0x7Fu >> sequence.size());
  for (const char c : sequence.substr(1)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) return kInvalid;
    code = code << 6 | (byte & 0x3F);
  }
  return code < kSmallest[sequence.size()] ? kInvalid : code;
}

}  // namespace

bool is_printable_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = sequence_bytes(static_cast<unsigned char>(text[0]));
    if (bytes == 0 || bytes > text.size()) return false;
    const std::uint32_t code = decode(text.substr(0, bytes));
    const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
    const bool surrogate = code >= 0xD800 && code < 0xE000;
    if (control || surrogate || code > 0x10FFFF) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

}  // namespace aesel::motion
