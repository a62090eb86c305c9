#include "gateway/gateway.hpp"

#include <algorithm>

#include "http/router.hpp"

namespace aesel::gateway {
namespace {

bool is_object_family(std::string_view segment) {
  return segment == "object" || segment == "property";
}

bool is_registration(std::string_view segment) {
  return segment == "register" || segment == "deregister" || segment == "align";
}

bool names_scene_header(const http::Header& header) {
  const std::string_view expected = kSceneHeader;
  return std::ranges::equal(header.name, expected, [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

}  // namespace

/// Rewrites the path for the service it returns; nullptr if there is none.
http::Service* Gateway::choose(http::Request& request) const {
  auto& path = request.segments;
  if (path.size() < 2 || path[0] != "v1") return nullptr;
  if (is_object_family(path[1])) return &services_.objects;
  if (is_registration(path[1]) || path[1] == "device") return &services_.scenes;
  if (path[1] != "scene") return nullptr;
  if (path.size() >= 4 && is_object_family(path[3])) {
    path.erase(path.begin() + 1, path.begin() + 3);
    return &services_.objects;
  }
  if (path.size() == 4 && is_registration(path[3])) {
    request.headers.push_back(http::Header{kSceneHeader, path[2]});
    path.erase(path.begin() + 1, path.begin() + 3);
  }
  return &services_.scenes;
}

Task<http::Response> Gateway::handle(http::Request& request) {
  std::erase_if(request.headers, names_scene_header);
  http::Service* const service = choose(request);
  if (service == nullptr)
    co_return http::error_response(404, 102, "no such path; the routes are listed in docs/http.md");
  http::Response response = co_await service->handle(request);
  co_return response;
}

}  // namespace aesel::gateway
