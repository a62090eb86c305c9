#include "crypto/digest.hpp"

#include <openssl/evp.h>

#include "base/check.hpp"

namespace aesel::crypto {

struct Sha256Digest::Context {
  Context() : handle(EVP_MD_CTX_new()) {
    CHECK(handle != nullptr);
    CHECK(EVP_DigestInit_ex(handle, EVP_sha256(), nullptr) == 1);
  }
  ~Context() { EVP_MD_CTX_free(handle); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  EVP_MD_CTX* handle;
};

Sha256Digest::Sha256Digest() : context_(std::make_unique<Context>()) {}
Sha256Digest::~Sha256Digest() = default;
Sha256Digest::Sha256Digest(Sha256Digest&&) noexcept = default;
Sha256Digest& Sha256Digest::operator=(Sha256Digest&&) noexcept = default;

void Sha256Digest::update(std::string_view bytes) {
  CHECK(EVP_DigestUpdate(context_->handle, bytes.data(), bytes.size()) == 1);
}

Sha256 Sha256Digest::finish() {
  Sha256 digest{};
  unsigned size = 0;
  CHECK(EVP_DigestFinal_ex(context_->handle, digest.data(), &size) == 1);
  CHECK(size == digest.size());
  return digest;
}

Sha256 sha256(std::string_view bytes) {
  Sha256Digest digest;
  digest.update(bytes);
  return digest.finish();
}

std::string to_hex(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    hex += kHex[static_cast<unsigned char>(c) >> 4];
    hex += kHex[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

std::string to_hex(const Sha256& digest) {
  return to_hex(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

}  // namespace aesel::crypto
