#include "scenes/scene_api.hpp"

#include <string_view>
#include <utility>

#include "access/principal.hpp"
#include "catalog/catalog_api.hpp"
#include "scenes/scene_codec.hpp"
#include "scenes/scene_reply.hpp"

namespace aesel::scenes {
namespace {

using http::Method;
using http::Params;
using http::Request;
using http::Response;

using Operation = Task<Reply> (Scenes::*)(Call);

enum class Body { kIgnored, kJson };

struct Entry {
  Method method;
  const char* pattern;
  MessageType type;
  Body body;
  Operation operation;
};

// The order matters where two patterns fit: the first one wins.
constexpr Entry kEntries[] = {
    {Method::kPost, "/v1/scene/query", MessageType::kGet, Body::kJson, &Scenes::query},
    {Method::kPut, "/v1/scene/cache/{scene}", MessageType::kCache, Body::kIgnored, &Scenes::change_cache},
    {Method::kDelete, "/v1/scene/cache/{scene}", MessageType::kCache, Body::kIgnored, &Scenes::change_cache},
    {Method::kPost, "/v1/scene", MessageType::kCreate, Body::kJson, &Scenes::create},
    {Method::kPut, "/v1/scene/{scene}", MessageType::kCreate, Body::kJson, &Scenes::create},
    {Method::kGet, "/v1/scene/{scene}", MessageType::kGet, Body::kIgnored, &Scenes::get},
    {Method::kPost, "/v1/scene/{scene}", MessageType::kUpdate, Body::kJson, &Scenes::update},
    {Method::kDelete, "/v1/scene/{scene}", MessageType::kDelete, Body::kIgnored, &Scenes::erase},
    {Method::kPut, "/v1/scene/{scene}/asset/{asset}", MessageType::kUpdate, Body::kIgnored,
     &Scenes::add_asset},
    {Method::kDelete, "/v1/scene/{scene}/asset/{asset}", MessageType::kUpdate, Body::kIgnored,
     &Scenes::remove_asset},
    {Method::kPost, "/v1/register", MessageType::kRegister, Body::kJson, &Scenes::register_device},
    {Method::kPost, "/v1/deregister", MessageType::kDeregister, Body::kJson, &Scenes::deregister_device},
    {Method::kPost, "/v1/align", MessageType::kAlign, Body::kJson, &Scenes::align_device},
    {Method::kPut, "/v1/align", MessageType::kAlign, Body::kJson, &Scenes::align_device},
    {Method::kPost, "/v1/device/query", MessageType::kDeviceQuery, Body::kJson, &Scenes::find_device},
};

Response respond(const Reply& reply) {
  Response response;
  response.status = reply.status;
  response.body = encode_reply(reply);
  return response;
}

/// Routes that take the scene from the body; the gateway, whose path has it too, passes that on as a header.
bool is_about_devices(MessageType type) {
  return type == MessageType::kRegister || type == MessageType::kDeregister || type == MessageType::kAlign;
}

/// The headers are trusted: only our own gateway reaches the service, and it sets or removes both. A user
/// name that is not short text is nobody's.
Call call_of(const Entry& entry, const Request& request, const Params& params) {
  Call call;
  if (params.size() > 0) call.scene = params[0];
  if (params.size() > 1) call.asset = params[1];
  if (is_about_devices(entry.type)) call.scene = request.header("X-Aesel-Scene");
  const auto principal = access::principal_of(request);
  if (principal && is_short_text(principal->username)) {
    call.principal = principal->username;
    call.standing = principal->standing;
  }
  call.local_address = request.local_address;
  return call;
}

Task<Response> handle(Scenes& scenes, const Entry& entry, Request& request, const Params& params) {
  Call call = call_of(entry, request, params);
  if (entry.body == Body::kJson) {
    auto decoded = decode_request(request.body);
    if (!decoded) {
      Reply reply{.type = entry.type};
      refuse(reply, 400, decoded.error().code, decoded.error().message);
      co_return respond(reply);
    }
    call.request = std::move(*decoded);
  }
  const Reply reply = co_await (scenes.*entry.operation)(std::move(call));
  co_return respond(reply);
}

Task<Response> health(Request&, const Params&) {
  Response response;
  response.body = R"({"status":"up"})";
  co_return response;
}

}  // namespace

std::vector<http::Route> routes(Scenes& scenes) {
  std::vector<http::Route> table;
  for (const Entry& entry : kEntries) {
    table.push_back({entry.method, entry.pattern, [&scenes, &entry](Request& request, const Params& params) {
                       return handle(scenes, entry, request, params);
                     }});
  }
  catalog::OwnerRenamer renamer = [&scenes](catalog::OwnerRename rename) {
    return scenes.rename_owner(std::move(rename));
  };
  table.push_back(catalog::owner_route({std::move(renamer)}));
  table.push_back({Method::kGet, "/health", health});
  return table;
}

}  // namespace aesel::scenes
