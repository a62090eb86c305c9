// Guard: decides whether a request may pass when authentication is on, and on whose behalf. It looks at the
// user in the store each time, so that whatever ends a user's access does so at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "gateway/access_rules.hpp"
#include "gateway/user_records.hpp"
#include "http/message.hpp"
#include "telemetry/metrics.hpp"

namespace aesel::gateway {

/// With which other services of ours ask the gateway; an empty password lets nobody in.
struct ServiceCredentials {
  std::string username;
  std::string password;
};

/// Thread: the core.
class Guard {
 public:
  struct Parts {
    UserRecords& records;
    const Clock& clock;
    telemetry::Metrics& metrics;
    std::string token_secret;
    ServiceCredentials services;
  };
  explicit Guard(Parts parts);

  struct Admission {
    std::optional<http::Response> refusal;  // 401, 403, 503, or 303 to the page for a person with a browser
    std::optional<User> user;               // absent: refused, or everybody may
  };
  /// REQUIRES: the path is without alias.
  Task<Admission> admit(const http::Request& request);

 private:
  struct Token {
    std::string text;
    bool is_cookie = false;
  };
  static std::optional<Token> find_token(const http::Request& request);
  bool is_service(const http::Request& request) const;
  Task<Result<std::optional<User>>> find_user(std::string token);
  http::Response ask_for_login(const http::Request& request, std::string_view why);
  http::Response forbid(telemetry::Counter& counter, std::string_view why);

  UserRecords& records_;
  const Clock& clock_;
  const std::string secret_;
  const std::string service_credentials_;  // "name:password"; "" for none
  telemetry::Counter& unauthenticated_;
  telemetry::Counter& forbidden_;
  telemetry::Counter& cross_site_;
};

/// Does another web site make a browser send this? Told by Sec-Fetch-Site, else by Origin; clients that are
/// no browsers send neither.
bool comes_from_other_site(const http::Request& request);

/// Does the request want a page for a person?
bool wants_page(const http::Request& request);

}  // namespace aesel::gateway
