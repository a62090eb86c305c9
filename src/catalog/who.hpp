// Who: on whose behalf an operation runs, as the services' operations take it.
#pragma once

#include <optional>

#include "access/principal.hpp"
#include "catalog/refusal.hpp"

namespace aesel::catalog {

/// Nobody: authentication is off, and everything is allowed.
using Who = std::optional<access::Principal>;

/// Refuses (400, 110) a name that is not short UTF-8 text: it could not be stored as an owner, and it must
/// not pass for nobody.
Outcome<Who> who_of(const http::Request& request);

}  // namespace aesel::catalog
