// The routes of assets and their histories. `assets` must outlive them. The README lists them with their
// codes.
#pragma once

#include <vector>

#include "assets/assets.hpp"
#include "http/router.hpp"

namespace aesel::assets {

std::vector<http::Route> asset_routes(Assets& assets);

}  // namespace aesel::assets
