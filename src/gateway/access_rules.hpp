// AccessRules: who may make which request when authentication is on, as one table over parsed paths. It looks
// at whole decoded segments and at the method, never at text within them, so that nothing in a query or in a
// name changes what a path means.
#pragma once

#include <optional>
#include <string>

#include "gateway/user.hpp"
#include "http/message.hpp"

namespace aesel::gateway {

enum class Rule {
  kPublic,            // everybody
  kUser,              // any active user
  kSelfOrAdmin,       // the user whose id is the second segment, and admins
  kOwnFilterOrAdmin,  // users who ask for their own name or email, and admins
  kAdmin,             // active admins
  kServiceOrAdmin,    // another service with its credentials, and admins
};

/// The rule for a request whose path is without alias (routing.hpp). What is not in the table is for users,
/// unknown paths too; below /users it is for admins.
Rule rule_for(const http::Request& request);

/// What GET /users searches for: the name if there is one, else the email; "" for neither. One reading for
/// the rule and for the search.
struct UserFilter {
  enum class By { kNothing, kUsername, kEmail } by = By::kNothing;
  std::string text;
};
UserFilter user_filter(const http::Request& request);

/// May a user who is active do it? For every rule but kPublic; a service is no user.
bool allows(Rule rule, const http::Request& request, const User& user);

}  // namespace aesel::gateway
