// ProjectsRole: the projects service of a process.
#pragma once

#include <memory>

#include "app/role_parts.hpp"
#include "http/router.hpp"
#include "projects/projects.hpp"

namespace aesel::app {

/// Thread: the core.
class ProjectsRole {
 public:
  explicit ProjectsRole(const RoleParts& parts) : parts_(parts) {}
  Outcome open();
  http::Router& router() { return *router_; }

 private:
  RoleParts parts_;
  std::unique_ptr<projects::Projects> service_;
  std::unique_ptr<http::Router> router_;
};

}  // namespace aesel::app
