// The HTTP face of the objects service: its routes.
#pragma once

#include <vector>

#include "http/router.hpp"
#include "objects/objects.hpp"

namespace aesel::objects {

/// Every route of contract_objects 1.2 but /health. `service` outlives the handlers.
std::vector<http::Route> routes(Objects& service);

}  // namespace aesel::objects
