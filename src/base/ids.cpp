#include "base/ids.hpp"

#include <sys/random.h>

#include "base/check.hpp"

namespace aesel {
namespace {

constexpr char kHex[] = "0123456789abcdef";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void fill_random(void* to, std::size_t bytes) {
  CHECK(getrandom(to, bytes, 0) == static_cast<ssize_t>(bytes));  // below 256 bytes it is never partial
}

}  // namespace

std::optional<KeyBytes> parse_key(std::string_view hex) {
  if (hex.size() != 24) return std::nullopt;
  KeyBytes bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int high = hex_value(hex[2 * i]);
    const int low = hex_value(hex[2 * i + 1]);
    if ((high | low) < 0) return std::nullopt;
    bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return bytes;
}

std::string format_key(const KeyBytes& bytes) {
  std::string text(24, '0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text[2 * i] = kHex[bytes[i] >> 4];
    text[2 * i + 1] = kHex[bytes[i] & 15];
  }
  return text;
}

KeyGenerator::KeyGenerator() {
  fill_random(process_.data(), process_.size());
  fill_random(&counter_, sizeof counter_);
  counter_ &= 0x7fffff;  // leaves room before the 24-bit counter wraps
}

KeyBytes KeyGenerator::next(std::int64_t wall_ns) {
  const auto seconds = static_cast<std::uint32_t>(wall_ns / 1'000'000'000);
  const std::uint32_t count = counter_++;
  KeyBytes key;
  for (int i = 0; i < 4; ++i) key[i] = static_cast<std::uint8_t>(seconds >> (24 - 8 * i));
  std::memcpy(&key[4], process_.data(), process_.size());
  for (int i = 0; i < 3; ++i) key[9 + i] = static_cast<std::uint8_t>(count >> (16 - 8 * i));
  return key;
}

std::string make_uuid() {
  std::uint8_t raw[16];
  fill_random(raw, sizeof raw);
  raw[6] = static_cast<std::uint8_t>((raw[6] & 0x0f) | 0x40);
  raw[8] = static_cast<std::uint8_t>((raw[8] & 0x3f) | 0x80);
  std::string text;
  text.reserve(36);
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kHex[raw[i] >> 4];
    text += kHex[raw[i] & 15];
  }
  return text;
}

}  // namespace aesel
