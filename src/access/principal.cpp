#include "access/principal.hpp"

#include <algorithm>
#include <string_view>

namespace aesel::access {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool is_named(const http::Header& header, std::string_view name) {
  return std::ranges::equal(header.name, name, [](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace

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
  std::erase_if(request.headers, [](const http::Header& header) {
    return is_named(header, kPrincipalHeader) || is_named(header, kStandingHeader);
  });
}

}  // namespace aesel::access
