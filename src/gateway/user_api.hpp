// The routes of users.
#pragma once

#include <vector>

#include "gateway/users.hpp"
#include "http/router.hpp"

namespace aesel::gateway {

/// /users/..., without the alias /v1. The users outlive the routes.
std::vector<http::Route> routes(Users& users);

}  // namespace aesel::gateway
