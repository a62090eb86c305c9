#include "catalog/who.hpp"

#include "catalog/limited_reader.hpp"

namespace aesel::catalog {

Outcome<Who> who_of(const http::Request& request) {
  Who who = access::principal_of(request);
  if (who && !is_short_text(who->username)) return Refusal::unreadable("the principal is not a user name");
  return who;
}

}  // namespace aesel::catalog
