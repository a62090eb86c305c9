#include "gateway/login.hpp"

#include <utility>

#include "gateway/guard.hpp"
#include "gateway/token.hpp"
#include "http/router.hpp"
#include "json/value.hpp"
#include "telemetry/log.hpp"

namespace aesel::gateway {
namespace {

using http::Request;
using http::Response;

telemetry::Counter& logins(telemetry::Metrics& metrics, const char* result) {
  return metrics.counter("aesel_logins_total", "Logins, by result.",
                         "result=\"" + std::string(result) + "\"");
}

Response refuse() {
  Response response = http::error_response(401, 120, "wrong user name or password");
  response.headers.push_back({"WWW-Authenticate", "Bearer"});
  return response;
}

Response slow_down(int retry_after_s) {
  Response response = http::error_response(
      429, 120, "too many failed logins; try again in " + std::to_string(retry_after_s) + " s");
  response.headers.push_back({"Retry-After", std::to_string(retry_after_s)});
  return response;
}

Response unavailable() {
  Response response = http::error_response(503, 120, "logins cannot be checked now; try again");
  response.headers.push_back({"Retry-After", "5"});
  return response;
}

}  // namespace

bool is_secure(const Request& request) {
  return request.secure || request.header("X-Forwarded-Proto") == "https";
}

Login::Login(Parts parts)
    : users_(parts.users),
      passwords_(parts.passwords),
      clock_(parts.clock),
      authentication_(parts.authentication),
      secret_(std::move(parts.token_secret)),
      ttl_s_(parts.token_ttl_s),
      impossible_hash_(crypto::impossible_hash(parts.passwords.cost())),
      throttle_(parts.clock),
      succeeded_(logins(parts.metrics, "success")),
      failed_(logins(parts.metrics, "refused")),
      throttled_(logins(parts.metrics, "throttled")),
      unavailable_(logins(parts.metrics, "unavailable")) {}

Task<Response> Login::handle(Request& request) {
  if (comes_from_other_site(request))
    co_return http::error_response(403, 120, "another site cannot log its visitors in here");
  const auto body = json::parse(request.body);
  if (!body) co_return http::error_response(400, 110, "the body is not JSON: " + body.error().message);
  const auto username = json::text(*body, "username");
  const auto password = json::text(*body, "password");
  if (!username || !password)
    co_return http::error_response(400, 122, "two texts are wanted: username and password");
  Throttle::Admission admission = throttle_.begin(*username, request.peer_address);
  if (!admission.attempt) {
    throttled_.add();
    co_return slow_down(admission.retry_after_s);
  }
  Credentials credentials{*username, *password};
  Response response = co_await check(request, std::move(credentials), *admission.attempt);
  co_return response;
}

Task<Response> Login::check(const Request& request, Credentials credentials, Throttle::Attempt& attempt) {
  Result<std::optional<User>> found = co_await users_.records().find_by_username(credentials.username);
  if (!found) {
    unavailable_.add();
    co_return unavailable();
  }
  std::optional<User>& user = *found;
  if (!user && authentication_ == Authentication::kOff) {
    User anybody;
    anybody.id = "none";
    anybody.username = credentials.username.empty() ? "anybody" : std::move(credentials.username);
    anybody.generation = "none";
    co_return welcome(request, anybody);
  }
  std::string hash = user ? user->password_hash : impossible_hash_;
  const auto verdict = co_await passwords_.check(credentials.password, std::move(hash));
  if (!verdict) {
    unavailable_.add();
    co_return unavailable();
  }
  if (!user || *verdict == PasswordPool::Verdict::kWrong || !user->is_active) {
    attempt.fail();
    failed_.add();
    co_return refuse();
  }
  attempt.succeed();
  if (crypto::needs_rehash(user->password_hash, passwords_.cost()))
    co_await upgrade(*user, std::move(credentials.password));
  co_return welcome(request, *user);
}

/// What does not work now works at a later login.
Task<void> Login::upgrade(User user, std::string password) {
  const std::string id = user.id;
  const UserResult<void> upgraded = co_await users_.rehash(std::move(user), std::move(password));
  if (!upgraded)
    telemetry::log(telemetry::Level::kWarning, "a password could not be hashed anew",
                   {{"user", id}, {"error", upgraded.error().message}});
}

Response Login::welcome(const Request& request, const User& user) {
  succeeded_.add();
  const Claims claims{user.username, user.id, user.generation, clock_.wall_ns() / 1'000'000'000 + ttl_s_};
  const std::string token = sign_token(claims, secret_);
  Response response;
  response.content_type.clear();
  response.headers.push_back({"Authorization", "Bearer " + token});
  response.headers.push_back(
      {"Set-Cookie", "access_token=" + token + "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" +
                         std::to_string(ttl_s_) + (is_secure(request) ? "; Secure" : "")});
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

}  // namespace aesel::gateway
