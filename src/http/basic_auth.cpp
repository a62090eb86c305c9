#include "http/basic_auth.hpp"

#include "crypto/base64.hpp"
#include "crypto/hmac.hpp"
#include "http/router.hpp"

namespace aesel::http {
namespace {

bool is_public(const Request& request) {
  return request.segments.size() == 1 && (request.segments[0] == "health" || request.segments[0] == "ready");
}

}  // namespace

std::string basic_credentials(std::string_view header) {
  static constexpr std::string_view kScheme = "Basic ";
  if (!same_header_name(header.substr(0, kScheme.size()), kScheme)) return {};
  header.remove_prefix(kScheme.size());
  while (header.starts_with(' ')) header.remove_prefix(1);
  while (header.ends_with(' ')) header.remove_suffix(1);
  return crypto::from_base64(header).value_or("");
}

std::string basic_authorization(std::string_view username, std::string_view password) {
  return "Basic " + crypto::to_base64(std::string(username) + ":" + std::string(password));
}

BasicAuth::BasicAuth(Service& behind, const BasicAuthOptions& options)
    : behind_(behind),
      expected_(options.username + ":" + options.password),
      challenge_("Basic realm=\"" + options.realm + "\", charset=\"UTF-8\"") {}

bool BasicAuth::admits(const Request& request) const {
  return is_public(request) ||
         crypto::is_equal_in_constant_time(basic_credentials(request.header("Authorization")), expected_);
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
