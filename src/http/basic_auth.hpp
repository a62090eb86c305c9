// BasicAuth: a service behind one name and password (RFC 7617), for services that only gateways may call.
#pragma once

#include <string>

#include "http/service.hpp"

namespace aesel::http {

struct BasicAuthOptions {
  std::string username;  // without a colon
  std::string password;
  std::string realm = "aesel";
};

/// 401 with WWW-Authenticate for a request without the right credentials, before its body is read. /health
/// and /ready are for everybody. The comparison takes as long for a wrong password as for the right one.
class BasicAuth final : public Service {
 public:
  /// `behind` outlives it.
  BasicAuth(Service& behind, const BasicAuthOptions& options);
  Task<Response> handle(Request& request) override;
  BodyMode body_mode(const Request& head) const override;

 private:
  bool admits(const Request& request) const;

  Service& behind_;
  std::string expected_;  // "name:password"
  std::string challenge_;
};

/// "name:password" from an Authorization header; "" if it holds none.
std::string basic_credentials(std::string_view header);
/// The value of an Authorization header.
std::string basic_authorization(std::string_view username, std::string_view password);

}  // namespace aesel::http
