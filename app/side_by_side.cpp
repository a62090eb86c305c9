#include "app/side_by_side.hpp"

#include <string>

namespace aesel::app {
namespace {

bool is_for_all(const http::Request& request) {
  const std::vector<std::string>& path = request.segments;
  return path.size() == 2 && path[0] == "v1" && path[1] == "owner";
}

}  // namespace

http::Router& SideBySide::choose(const http::Request& request) const {
  for (http::Router* const service : services_) {
    if (service->knows(request)) return *service;
  }
  return *services_.front();  // which answers 404
}

http::BodyMode SideBySide::body_mode(const http::Request& head) const {
  return choose(head).body_mode(head);
}

Task<http::Response> SideBySide::handle(http::Request& request) {
  return is_for_all(request) ? tell_all(request) : choose(request).handle(request);
}

Task<http::Response> SideBySide::tell_all(http::Request& request) {
  http::Response last = http::error_response(404, 102, "no service here has owners");
  for (http::Router* const service : services_) {
    if (!service->knows(request)) continue;
    http::Response response = co_await service->handle(request);
    last = std::move(response);
    if (last.status != 200) break;
  }
  co_return last;
}

}  // namespace aesel::app
