// Login: from a name and a password to a token.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "gateway/throttle.hpp"
#include "gateway/users.hpp"
#include "http/message.hpp"
#include "telemetry/metrics.hpp"

namespace aesel::gateway {

enum class Authentication { kOff, kOn };

/// A wrong name and a wrong password, and a user who is inactive, get the same answer after the same work.
/// Without authentication a name that nobody has is let in with any password, so that clients that always log
/// in go on; its token means nothing.
///
/// Thread: the core.
class Login {
 public:
  struct Parts {
    Users& users;
    PasswordPool& passwords;
    const Clock& clock;
    telemetry::Metrics& metrics;
    Authentication authentication;
    std::string token_secret;
    std::int64_t token_ttl_s;
  };
  explicit Login(Parts parts);

  /// 200 without a body: the token is in the header Authorization and in the cookie access_token. 400 for
  /// what is not JSON with both texts, 401, 403 for a browser that another site sends, 429 with Retry-After,
  /// 503.
  Task<http::Response> handle(http::Request& request);

 private:
  struct Credentials {
    std::string username, password;
  };
  Task<http::Response> check(const http::Request& request, Credentials credentials,
                             Throttle::Attempt& attempt);
  Task<void> upgrade(User user, std::string password);
  http::Response welcome(const http::Request& request, const User& user);

  Users& users_;
  PasswordPool& passwords_;
  const Clock& clock_;
  const Authentication authentication_;
  const std::string secret_;
  const std::int64_t ttl_s_;
  const std::string impossible_hash_;
  Throttle throttle_;
  telemetry::Counter& succeeded_;
  telemetry::Counter& failed_;
  telemetry::Counter& throttled_;
  telemetry::Counter& unavailable_;
};

/// Did the client come over TLS, to us or to a proxy in front of us?
bool is_secure(const http::Request& request);

}  // namespace aesel::gateway
