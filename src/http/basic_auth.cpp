#include "http/basic_auth.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "crypto/base64.hpp"
#include "http/router.hpp"

namespace aesel::http {
namespace {

/// "name:password" of an Authorization header; "" if it has none.
std::string credentials_of(std::string_view header) {
  static constexpr std::string_view kScheme = "basic ";
  const bool basic =
      header.size() > kScheme.size() && std::ranges::equal(header.substr(0, kScheme.size()), kScheme,
                                                           [](char a, char b) { return (a | 0x20) == b; });
  if (!basic) return {};
  header.remove_prefix(kScheme.size());
  while (header.starts_with(' ')) header.remove_prefix(1);
  while (header.ends_with(' ')) header.remove_suffix(1);
  return crypto::from_base64(header).value_or("");
}

/// Looks at every byte of `given` whatever the first difference; only its length shows.
bool same(std::string_view given, std::string_view expected) {
  std::string padded(expected);
  padded.resize(given.size(), '\0');
  const bool equal = CRYPTO_memcmp(given.data(), padded.data(), given.size()) == 0;
  return equal && given.size() == expected.size();
}

bool is_public(const Request& request) {
  return request.segments.size() == 1 && (request.segments[0] == "health" || request.segments[0] == "ready");
}

}  // namespace

std::string basic_authorization(std::string_view username, std::string_view password) {
  return "Basic " + crypto::to_base64(std::string(username) + ":" + std::string(password));
}

BasicAuth::BasicAuth(Service& behind, const BasicAuthOptions& options)
    : behind_(behind),
      expected_(options.username + ":" + options.password),
      challenge_("Basic realm=\"" + options.realm + "\", charset=\"UTF-8\"") {}

bool BasicAuth::admits(const Request& request) const {
  return is_public(request) || same(credentials_of(request.header("Authorization")), expected_);
}

/// The body of a request that is refused stays unread.
BodyMode BasicAuth::body_mode(const Request& head) const {
  return admits(head) ? behind_.body_mode(head) : BodyMode::kStream;
}

Task<Response> BasicAuth::handle(Request& request) {
  if (!admits(request)) {
    Response refused = error_response(401, 120, "this service needs the name and password of http.basic");
    refused.headers.push_back(Header{"WWW-Authenticate", challenge_});
    co_return refused;
  }
  Response response = co_await behind_.handle(request);
  co_return response;
}

}  // namespace aesel::http
