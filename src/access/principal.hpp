// Principal: on whose behalf a request is made. The gateway finds out and tells the services in two headers,
// which it takes out of what clients send; a service in another process trusts them because only the gateway
// has its credentials.
#pragma once

#include <optional>
#include <string>

#include "http/message.hpp"

namespace aesel::access {

enum class Standing { kUser, kAdmin };

struct Principal {
  std::string username;  // not empty
  Standing standing = Standing::kUser;
  friend bool operator==(const Principal&, const Principal&) = default;
};

inline constexpr const char* kPrincipalHeader = "X-Aesel-Principal";
inline constexpr const char* kStandingHeader = "X-Aesel-Standing";  // "admin" or absent

/// Nobody: authentication is off, or an empty header.
std::optional<Principal> principal_of(const http::Request& request);
/// Replaces whatever the request said before.
void set_principal(http::Request& request, const Principal& principal);
/// Removes what a client may have claimed.
void erase_principal(http::Request& request);

}  // namespace aesel::access
