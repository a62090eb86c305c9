// The routes of relationships. `relationships` must outlive them. The README lists them with their codes.
#pragma once

#include <vector>

#include "assets/relationships.hpp"
#include "http/router.hpp"

namespace aesel::assets {

std::vector<http::Route> relationship_routes(Relationships& relationships);

}  // namespace aesel::assets
