// The routes of the projects service. `projects` must outlive them. The README lists them with their codes.
#pragma once

#include <vector>

#include "http/router.hpp"
#include "projects/projects.hpp"

namespace aesel::projects {

std::vector<http::Route> routes(Projects& projects);

}  // namespace aesel::projects
