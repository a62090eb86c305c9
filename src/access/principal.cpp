#include "access/principal.hpp"

#include <string_view>

#include "http/headers.hpp"

namespace aesel::access {

std::optional<Principal> principal_of(const http::Request& request) {
  const std::string_view username = request.header(kPrincipalHeader);
  if (username.empty()) return std::nullopt;
  const bool is_admin = request.header(kStandingHeader) == "admin";
  return Principal{std::string(username), is_admin ? Standing::kAdmin : Standing::kUser};
}

void set_principal(http::Request& request, const Principal& principal) {
  erase_principal(request);
  request.headers.push_back(http::Header{kPrincipalHeader, principal.username});
  if (principal.standing == Standing::kAdmin)
    request.headers.push_back(http::Header{kStandingHeader, "admin"});
}

void erase_principal(http::Request& request) {
  http::erase_header(request.headers, kPrincipalHeader);
  http::erase_header(request.headers, kStandingHeader);
}

}  // namespace aesel::access
