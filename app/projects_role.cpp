#include "app/projects_role.hpp"

#include "base/clock.hpp"
#include "projects/project_api.hpp"

namespace aesel::app {

Outcome ProjectsRole::open() {
  service_ = std::make_unique<projects::Projects>(*parts_.store.documents, system_clock(), parts_.keys);
  const Result<void> opened = service_->open();
  if (!opened) return "cannot open the projects in " + parts_.store.place + ": " + opened.error().message();
  router_ = std::make_unique<http::Router>(projects::routes(*service_));
  return {};
}

}  // namespace aesel::app
