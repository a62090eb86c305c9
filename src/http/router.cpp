#include "http/router.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "json/writer.hpp"

namespace aesel::http {

struct Router::Compiled {
  Method method;
  std::vector<std::string> segments;  // "" stands for a parameter
  bool open_ended = false;            // "/**"
  Handler handler;
  BodyMode body;

  bool matches(const std::vector<std::string>& path, Params& params) const {
    if (open_ended ? path.size() < segments.size() : path.size() != segments.size()) return false;
    params.clear();
    for (std::size_t i = 0; i < segments.size(); ++i) {
      if (segments[i].empty()) {
        params.push(path[i]);
      } else if (segments[i] != path[i]) {
        return false;
      }
    }
    return true;
  }
};

namespace {

std::vector<std::string> split_pattern(std::string_view pattern) {
  std::vector<std::string> segments;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);  // the slash
    const std::string_view segment = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(segment.size());
    segments.emplace_back(segment.starts_with('{') ? std::string_view() : segment);
  }
  return segments;
}

Method effective(Method method) {
  return method == Method::kHead ? Method::kGet : method;
}

Response method_not_allowed(const std::vector<Method>& allowed) {
  std::string list;
  for (const Method method : allowed) {
    if (!list.empty()) list += ", ";
    list += to_text(method);
    if (method == Method::kGet) list += ", HEAD";
  }
  Response response = error_response(405, 101, "this path answers " + list + " only");
  response.headers.push_back(Header{"Allow", std::move(list)});
  return response;
}

}  // namespace

Router::Router(std::vector<Route> routes) {
  for (Route& route : routes) {
    CHECK(route.pattern.starts_with('/'));
    Compiled compiled{route.method, {}, route.pattern.ends_with("/**"), std::move(route.handler), route.body};
    std::string_view pattern = route.pattern;
    if (compiled.open_ended) pattern.remove_suffix(3);
    compiled.segments = split_pattern(pattern);
    CHECK(std::ranges::count(compiled.segments, "") <= static_cast<std::ptrdiff_t>(Params::kMax));
    routes_.push_back(std::move(compiled));
  }
}

Router::~Router() = default;

bool Router::knows(const Request& request) const {
  Params params;
  return std::ranges::any_of(routes_, [&](const Compiled& r) { return r.matches(request.segments, params); });
}

BodyMode Router::body_mode(const Request& head) const {
  Params params;
  for (const Compiled& route : routes_) {
    if (route.method == effective(head.method) && route.matches(head.segments, params)) return route.body;
  }
  return BodyMode::kWhole;
}

Task<Response> Router::handle(Request& request) {
  Params params;
  std::vector<Method> allowed;
  for (const Compiled& route : routes_) {
    if (!route.matches(request.segments, params)) continue;
    if (route.method == effective(request.method)) {
      Response response = co_await route.handler(request, params);  // params outlives the handler's run
      co_return response;
    }
    if (std::ranges::find(allowed, route.method) == allowed.end()) allowed.push_back(route.method);
  }
  if (!allowed.empty()) co_return method_not_allowed(allowed);
  co_return error_response(404, 102, "no such path; the routes are listed in docs/http.md");
}

Response error_response(int status, int err_code, std::string_view text) {
  Response response;
  response.status = status;
  json::Writer w(response.body);
  w.begin_object();
  w.member("err_code", err_code);
  w.member("err_msg", text);
  w.end_object();
  return response;
}

}  // namespace aesel::http
