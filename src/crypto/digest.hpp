// Digest: SHA-256 of bytes that arrive in pieces.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace aesel::crypto {

using Sha256 = std::array<std::uint8_t, 32>;

/// FIPS 180-4. One thread at a time. About 0.5 ns a byte where the processor has instructions for it.
class Sha256Digest {
 public:
  Sha256Digest();
  ~Sha256Digest();
  Sha256Digest(Sha256Digest&&) noexcept;
  Sha256Digest& operator=(Sha256Digest&&) noexcept;

  void update(std::string_view bytes);
  /// The digest of everything so far; ends it: no other call but the destructor may follow.
  Sha256 finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

Sha256 sha256(std::string_view bytes);
/// Lower-case hex digits, two for each byte.
std::string to_hex(std::string_view bytes);
std::string to_hex(const Sha256& digest);

}  // namespace aesel::crypto
