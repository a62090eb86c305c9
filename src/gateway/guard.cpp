#include "gateway/guard.hpp"

#include <algorithm>
#include <utility>

#include "crypto/hmac.hpp"
#include "gateway/token.hpp"
#include "http/basic_auth.hpp"
#include "http/client.hpp"
#include "http/router.hpp"

namespace aesel::gateway {
namespace {

using http::Method;
using http::Request;
using http::Response;

constexpr std::string_view kBearer = "Bearer ";
constexpr std::string_view kCookie = "access_token=";

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// A lock is taken with GET.
bool changes_something(const Request& request) {
  const bool reads =
      request.method == Method::kGet || request.method == Method::kHead || request.method == Method::kOptions;
  return !reads || (!request.segments.empty() && request.segments.back() == "lock");
}

Response lead_to_login(const Request& request) {
  Response response;
  response.status = 303;
  response.content_type.clear();
  response.headers.push_back(
      {"Location", "/portal/login?next=" + http::encode_segment(http::encode_target(request))});
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

telemetry::Counter& refusals(telemetry::Metrics& metrics, const char* reason) {
  return metrics.counter("aesel_gateway_refused_total", "Requests that were not let in, by reason.",
                         "reason=\"" + std::string(reason) + "\"");
}

}  // namespace

bool comes_from_other_site(const Request& request) {
  const std::string_view site = request.header("Sec-Fetch-Site");
  if (!site.empty()) return site != "same-origin" && site != "none";
  std::string_view origin = request.header("Origin");
  if (origin.empty()) return false;
  const std::size_t host = origin.find("://");
  if (host == origin.npos) return true;  // "null"
  return !http::same_header_name(origin.substr(host + 3), request.header("Host"));
}

bool wants_page(const Request& request) {
  return request.method == Method::kGet &&
         request.header("Accept").find("text/html") != std::string_view::npos;
}

Guard::Guard(Parts parts)
    : records_(parts.records),
      clock_(parts.clock),
      secret_(std::move(parts.token_secret)),
      service_credentials_(parts.services.password.empty()
                               ? std::string()
                               : parts.services.username + ":" + parts.services.password),
      unauthenticated_(refusals(parts.metrics, "unauthenticated")),
      forbidden_(refusals(parts.metrics, "forbidden")),
      cross_site_(refusals(parts.metrics, "cross-site")) {}

Task<Guard::Admission> Guard::admit(const Request& request) {
  const Rule rule = rule_for(request);
  Admission admission;
  if (rule == Rule::kPublic || (rule == Rule::kServiceOrAdmin && is_service(request))) co_return admission;
  std::optional<Token> token = find_token(request);
  if (!token) {
    admission.refusal = ask_for_login(request, "log in first: POST /login, then send its token");
    co_return admission;
  }
  if (token->is_cookie && changes_something(request) && comes_from_other_site(request)) {
    admission.refusal = forbid(cross_site_, "a cookie does not count when another site makes the request");
    co_return admission;
  }
  Result<std::optional<User>> user = co_await find_user(std::move(token->text));
  if (!user) {
    admission.refusal = http::error_response(503, 120, "users cannot be read now: " + user.error().message());
  } else if (!*user) {
    admission.refusal = ask_for_login(request, "the token is not valid, or not any more; log in again");
  } else if (!allows(rule, request, **user)) {
    admission.refusal = forbid(forbidden_, "this is not for you to do");
  } else {
    admission.user = std::move(**user);
  }
  co_return admission;
}

/// A header that holds "Bearer " wins over the cookie; another kind of credentials does not count.
std::optional<Guard::Token> Guard::find_token(const Request& request) {
  const std::string_view authorization = request.header("Authorization");
  const bool is_bearer = http::same_header_name(authorization.substr(0, kBearer.size()), kBearer);
  const std::size_t bearer = is_bearer ? 0 : authorization.find(kBearer);
  if (bearer != authorization.npos)
    return Token{std::string(trimmed(authorization.substr(bearer + kBearer.size()))), false};
  for (const http::Header& header : request.headers) {
    if (!http::same_header_name(header.name, "Cookie")) continue;
    for (std::string_view rest = header.value; !rest.empty();) {
      const std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
      const std::string_view cookie = trimmed(pair);
      if (cookie.starts_with(kCookie)) return Token{std::string(cookie.substr(kCookie.size())), true};
    }
  }
  return std::nullopt;
}

bool Guard::is_service(const Request& request) const {
  if (service_credentials_.empty()) return false;
  const std::string given = http::basic_credentials(request.header("Authorization"));
  return crypto::is_equal_in_constant_time(given, service_credentials_);
}

/// Absent: the token is forged, expired or of another generation, or the user is gone or inactive.
Task<Result<std::optional<User>>> Guard::find_user(std::string token) {
  const std::optional<Claims> claims = verify_token(token, secret_);
  if (!claims || claims->expires_s <= clock_.wall_ns() / 1'000'000'000) co_return std::optional<User>();
  Result<std::optional<User>> user = co_await records_.find(claims->id);
  if (!user || !*user) co_return user;
  const bool counts = (*user)->is_active && (*user)->generation == claims->generation;
  if (!counts) user->reset();
  co_return user;
}

Response Guard::ask_for_login(const Request& request, std::string_view why) {
  unauthenticated_.add();
  if (wants_page(request)) return lead_to_login(request);
  Response response = http::error_response(401, 120, why);
  response.headers.push_back({"WWW-Authenticate", "Bearer"});
  return response;
}

Response Guard::forbid(telemetry::Counter& counter, std::string_view why) {
  counter.add();
  return http::error_response(403, 120, why);
}

}  // namespace aesel::gateway
