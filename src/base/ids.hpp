// Ids: distinct types for the names of things, so that one cannot be passed for another.
// A Key is 12 bytes, written as 24 lower-case hex digits (the shape of a MongoDB ObjectId); a Name is text
// chosen by a client.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace aesel {

/// 12 raw bytes of a key, without a kind.
using KeyBytes = std::array<std::uint8_t, 12>;

/// Exactly 24 hex digits of either case, or nothing.
std::optional<KeyBytes> parse_key(std::string_view hex);
/// 24 lower-case hex digits.
std::string format_key(const KeyBytes& bytes);

template <class Kind>
struct Key {
  KeyBytes bytes{};

  static std::optional<Key> parse(std::string_view hex) {
    const auto parsed = parse_key(hex);
    if (!parsed) return std::nullopt;
    return Key{*parsed};
  }
  std::string text() const { return format_key(bytes); }
  auto operator<=>(const Key&) const = default;
};

template <class Kind>
struct Name {
  std::string value;
  auto operator<=>(const Name&) const = default;
};

using ObjectId = Key<struct ObjectKind>;
using PropertyId = Key<struct PropertyKind>;
using SceneId = Name<struct SceneKind>;
using DeviceId = Name<struct DeviceKind>;

/// Makes unique keys: seconds, five random bytes of this process, a counter (the ObjectId recipe of the BSON
/// specification), so that keys made by one process ascend in creation order. One thread.
class KeyGenerator {
 public:
  /// Seeds the process part from the system's random source.
  KeyGenerator();
  KeyBytes next(std::int64_t wall_ns);

 private:
  std::array<std::uint8_t, 5> process_{};
  std::uint32_t counter_ = 0;
};

/// A random (version 4) UUID: 36 characters, lower-case hex with dashes.
std::string make_uuid();

/// Hash for maps that are searched with string_view keys (transparent).
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

}  // namespace aesel

template <class Kind>
struct std::hash<aesel::Key<Kind>> {
  std::size_t operator()(const aesel::Key<Kind>& key) const noexcept {
    // The middle of a key is the same for a whole process; mix both ends.
    std::uint64_t head = 0;
    std::uint32_t tail = 0;
    std::memcpy(&head, key.bytes.data(), sizeof head);
    std::memcpy(&tail, key.bytes.data() + 8, sizeof tail);
    std::uint64_t h = (head ^ (std::uint64_t{tail} << 32 | tail)) * 0x9E3779B97F4A7C15ULL;
    return static_cast<std::size_t>(h ^ (h >> 29));
  }
};

template <class Kind>
struct std::hash<aesel::Name<Kind>> {
  std::size_t operator()(const aesel::Name<Kind>& name) const noexcept {
    return std::hash<std::string>{}(name.value);
  }
};
