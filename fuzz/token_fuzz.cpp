// Tokens: whatever a client shows, only what was signed here counts; and what is rightly signed is read
// without falling over, whoever wrote it.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "crypto/base64.hpp"
#include "crypto/hmac.hpp"
#include "gateway/token.hpp"

namespace {

using namespace aesel;

constexpr std::string_view kSecret = "a secret that the fuzzer does not know of";

/// A shown text that is accepted must be one that we could have made.
void show(std::string_view text) {
  const auto claims = gateway::verify_token(text, kSecret);
  if (!claims) return;
  const std::string again = gateway::sign_token(*claims, kSecret);
  if (gateway::verify_token(again, kSecret) != claims) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (gateway::verify_token(text, kSecret)) std::abort();  // it would have to guess 512 bits
  // The same bytes as header and payload of a token with a good signature.
  const std::size_t half = text.find('\n') == text.npos ? text.size() / 2 : text.find('\n');
  const std::string front = crypto::to_base64url(text.substr(0, half));
  const std::string back = crypto::to_base64url(text.substr(half == text.size() ? half : half + 1));
  const std::string is_signed = front + "." + back;
  show(is_signed + "." + crypto::to_base64url(crypto::hmac_sha512(kSecret, is_signed)));
  // And as they are.
  show(std::string(text) + "." + crypto::to_base64url(crypto::hmac_sha512(kSecret, text)));
  return 0;
}
