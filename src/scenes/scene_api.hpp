// The routes of the scenes service. `scenes` must outlive them. The README lists them with their codes.
#pragma once

#include <vector>

#include "http/router.hpp"
#include "scenes/scenes.hpp"

namespace aesel::scenes {

std::vector<http::Route> routes(Scenes& scenes);

}  // namespace aesel::scenes
