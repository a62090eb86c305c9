#include "objects/object_api.hpp"

#include <utility>

namespace aesel::objects {
namespace {

using http::Method;
using http::Params;
using http::Request;
using http::Response;
using http::Route;

Response respond(Reply reply) {
  Response response;
  response.status = reply.status;
  response.body = std::move(reply.body);
  return response;
}

Task<Response> respond_later(Task<Reply> task) {
  Reply reply = co_await std::move(task);
  co_return respond(std::move(reply));
}

Task<Response> respond_now(Reply reply) {
  co_return respond(std::move(reply));
}

DeviceId device_of(const Request& request) {
  const std::string* device = request.query_value("device");
  return DeviceId{device == nullptr ? std::string() : *device};
}

/// Routes that objects and properties have in common. `root` is "/v1/object" or "/v1/property".
template <class Record>
void add_record_routes(Records<Record>& records, const std::string& root, std::vector<Route>& routes) {
  const std::string one = root + "/{key}";
  routes.push_back({Method::kPost, root + "/query", [&](Request& request, const Params&) {
                      return respond_now(records.query(request.body));
                    }});
  routes.push_back({Method::kPost, root, [&](Request& request, const Params&) {
                      return respond_later(records.create(request.body));
                    }});
  routes.push_back(
      {Method::kGet, one, [&](Request&, const Params& at) { return respond_now(records.get(at[0])); }});
  routes.push_back({Method::kPost, one, [&](Request& request, const Params& at) {
                      return respond_later(records.update(at[0], request.body));
                    }});
  routes.push_back({Method::kDelete, one,
                    [&](Request&, const Params& at) { return respond_later(records.remove(at[0])); }});
}

template <class Record>
void add_action_routes(Records<Record>& records, const std::string& root, std::vector<Route>& routes) {
  const std::string actions = root + "/{key}/action";
  const std::string action = actions + "/{action}";
  const std::string keyframes = action + "/keyframe";
  const std::string keyframe = keyframes + "/{frame}";
  routes.push_back({Method::kPost, actions, [&](Request& request, const Params& at) {
                      return respond_later(records.create_action(at[0], request.body));
                    }});
  routes.push_back({Method::kPost, action, [&](Request& request, const Params& at) {
                      return respond_later(records.update_action(ActionPath{at[0], at[1]}, request.body));
                    }});
  routes.push_back({Method::kDelete, action, [&](Request&, const Params& at) {
                      return respond_later(records.delete_action(ActionPath{at[0], at[1]}));
                    }});
  routes.push_back({Method::kPost, keyframes, [&](Request& request, const Params& at) {
                      return respond_later(records.create_keyframe(ActionPath{at[0], at[1]}, request.body));
                    }});
  routes.push_back(
      {Method::kPost, keyframe, [&](Request& request, const Params& at) {
         return respond_later(records.update_keyframe(FramePath{at[0], at[1], at[2]}, request.body));
       }});
  routes.push_back({Method::kDelete, keyframe, [&](Request&, const Params& at) {
                      return respond_later(records.delete_keyframe(FramePath{at[0], at[1], at[2]}));
                    }});
}

void add_object_routes(Objects& service, std::vector<Route>& routes) {
  const std::string lock = "/v1/object/{key}/lock";
  const std::string asset = "/v1/object/{key}/asset/{asset}";
  routes.push_back({Method::kGet, lock, [&](Request& request, const Params& at) {
                      return respond_later(service.lock(at[0], device_of(request)));
                    }});
  routes.push_back({Method::kDelete, lock, [&](Request& request, const Params& at) {
                      return respond_later(service.unlock(at[0], device_of(request)));
                    }});
  routes.push_back({Method::kPut, asset, [&](Request&, const Params& at) {
                      return respond_later(service.add_asset(at[0], at[1]));
                    }});
  routes.push_back({Method::kDelete, asset, [&](Request&, const Params& at) {
                      return respond_later(service.remove_asset(at[0], at[1]));
                    }});
}

}  // namespace

std::vector<http::Route> routes(Objects& service) {
  std::vector<Route> routes;
  add_record_routes(service.objects(), "/v1/object", routes);
  add_action_routes(service.objects(), "/v1/object", routes);
  add_object_routes(service, routes);
  add_record_routes(service.properties(), "/v1/property", routes);
  add_action_routes(service.properties(), "/v1/property", routes);
  return routes;
}

}  // namespace aesel::objects
