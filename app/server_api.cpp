#include "app/server_api.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/login_token.hpp"
#include "base/clock.hpp"
#include "json/value.hpp"
#include "json/writer.hpp"

namespace aesel::app {
namespace {

constexpr std::size_t kObjectsPerRequest = 200;
constexpr std::int64_t kFreshNs = 20'000'000'000;  // an older connection may just be closed by the server

/// The two ways to reach a service.
struct Paths {
  std::string gateway;  // "/v1/scene/s/register"
  std::string own;      // "/v1/register"
};

http::ClientRequest make_request(http::Method method, std::string target, std::string body) {
  http::ClientRequest request;
  request.method = method;
  request.target = std::move(target);
  request.body = std::move(body);
  add_login_token(request);
  return request;
}

bool is_unknown_route(const http::Response& response) {
  return response.status == 404 || response.status == 405 || response.status == 501;
}

std::string device_body(const std::string& scene, const DeviceAddress& address) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.name("scenes");
  writer.begin_array();
  writer.begin_object();
  writer.member("key", std::string_view(scene));
  writer.name("devices");
  writer.begin_array();
  writer.begin_object();
  writer.member("key", std::string_view(address.key));
  if (!address.hostname.empty()) {
    writer.member("hostname", std::string_view(address.hostname));
    writer.member("port", static_cast<int>(address.port));
  }
  writer.end_object();
  writer.end_array();
  writer.end_object();
  writer.end_array();
  writer.end_object();
  return body;
}

std::string objects_body(const std::string& scene, std::span<const NewObject> objects) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.name("objects");
  writer.begin_array();
  for (const NewObject& object : objects) {
    writer.begin_object();
    writer.member("name", std::string_view(object.name));
    writer.member("scene", std::string_view(scene));
    writer.member_if("type", object.type);
    writer.member_if("parent", object.parent);
    if (object.transform.size() == 16) writer.reals("transform", object.transform);
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return body;
}

}  // namespace

/// One server: its address, an event loop that runs only during a call, and connections.
struct ServerApi::Link {
  explicit Link(http::Url server) : url(std::move(server)) {}

  /// The body of a 2xx answer that reports success.
  CallResult<json::Value> call(http::Method method, const std::string& target, const std::string& body) {
    const auto response = send(method, target, body);
    return judge(method, target, response);
  }

  /// As call(), by whichever of the two paths the server knows. For calls that an existing route never
  /// answers with 404.
  CallResult<json::Value> call_either(const Paths& paths, const std::string& body) {
    if (knows_gateway_paths.value_or(true)) {
      const auto response = send(http::Method::kPost, paths.gateway, body);
      const bool unknown = response && is_unknown_route(*response);
      if (!unknown || knows_gateway_paths) return judge(http::Method::kPost, paths.gateway, response);
    }
    auto answer = call(http::Method::kPost, paths.own, body);
    if (answer) knows_gateway_paths = false;
    return answer;
  }

  Result<http::Response> send(http::Method method, const std::string& target, const std::string& body) {
    const std::int64_t now = system_clock().steady_ns();
    if (!client || now - last_ns > kFreshNs) {
      http::ClientOptions options;
      options.server = url;
      client = http::make_client(context, options);
    }
    last_ns = now;
    std::optional<Result<http::Response>> answer;
    std::exception_ptr failure;
    auto request = make_request(method, target, body);
    context.restart();
    boost::asio::co_spawn(context, client->send(std::move(request)),
                          [&](std::exception_ptr thrown, Result<http::Response> got) {
                            failure = thrown;
                            answer.emplace(std::move(got));
                          });
    while (!answer) context.run_one();
    if (failure) std::rethrow_exception(failure);
    return std::move(*answer);
  }

  CallResult<json::Value> judge(http::Method method, const std::string& target,
                                const Result<http::Response>& response) const {
    const std::string what = fmt::format("{} {}{}", http::to_text(method), url.text(), target);
    if (!response) {
      return CallError{
          fmt::format("{}: {}. Is the server running there? aesel serve starts one, aesel health asks it.",
                      what, response.error().message())};
    }
    auto parsed = json::parse(response->body);
    const json::Value value = parsed ? std::move(*parsed) : json::Value();
    const auto err_code = json::integer(value, "err_code").value_or(100);
    if (response->status / 100 == 2 && err_code == 100 && parsed)
      return {boost::system::in_place_value, value};
    std::string reason = json::text_or_empty(value, "err_msg");
    if (reason.empty()) reason = response->body.substr(0, 200);
    return CallError{fmt::format("{}: answered {} (err_code {}): {}{}", what, response->status, err_code,
                                 reason, login_advice(response->status))};
  }

  http::Url url;
  boost::asio::io_context context{1};
  std::unique_ptr<http::Client> client;  // after the context, which it uses
  std::int64_t last_ns = 0;
  std::optional<bool> knows_gateway_paths;  // once it is known
};

ServerApi::ServerApi() = default;
ServerApi::ServerApi(ServerApi&&) noexcept = default;
ServerApi& ServerApi::operator=(ServerApi&&) noexcept = default;
ServerApi::~ServerApi() = default;

CallResult<ServerApi> ServerApi::open(std::string_view objects_url, std::string_view scenes_url) {
  ServerApi api;
  for (const auto& [text, link] :
       {std::pair{objects_url, &api.objects_}, std::pair{scenes_url, &api.scenes_}}) {
    const auto url = http::parse_url(text);
    if (!url)
      return CallError{fmt::format("{} is not a URL; one like http://127.0.0.1:8080 was expected", text)};
    *link = std::make_unique<Link>(*url);
  }
  return api;
}

const http::Url& ServerApi::scenes_url() const {
  return scenes_->url;
}

CallResult<void> ServerApi::put_scene(const std::string& scene, const std::string& name) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.name("scenes");
  writer.begin_array();
  writer.begin_object();
  writer.member("name", std::string_view(name));
  writer.end_object();
  writer.end_array();
  writer.end_object();
  const auto answer = scenes_->call(http::Method::kPut, "/v1/scene/" + http::encode_segment(scene), body);
  if (!answer) return answer.error();
  return {};
}

CallResult<void> ServerApi::delete_scene(const std::string& scene) {
  const auto answer = scenes_->call(http::Method::kDelete, "/v1/scene/" + http::encode_segment(scene), "");
  if (!answer) return answer.error();
  return {};
}

CallResult<std::vector<std::string>> ServerApi::create_objects(const std::string& scene,
                                                               std::span<const NewObject> objects) {
  const Paths paths{"/v1/scene/" + http::encode_segment(scene) + "/object", "/v1/object"};
  std::vector<std::string> keys;
  while (keys.size() < objects.size()) {
    const auto batch =
        objects.subspan(keys.size(), std::min(kObjectsPerRequest, objects.size() - keys.size()));
    const auto answer = objects_->call_either(paths, objects_body(scene, batch));
    if (!answer) return answer.error();
    const std::size_t wanted = keys.size() + batch.size();
    if (const json::Value* created = json::find(*answer, "objects");
        created != nullptr && created->is_array()) {
      for (const json::Value& object : *created) keys.push_back(json::text_or_empty(object, "key"));
    }
    if (keys.size() != wanted) {
      return CallError{fmt::format("{}{}: {} keys for {} new objects", objects_->url.text(), paths.gateway,
                                   keys.size() + batch.size() - wanted, batch.size())};
    }
  }
  return keys;
}

CallResult<void> ServerApi::delete_object(const std::string& scene, const std::string& key) {
  const bool gateway = objects_->knows_gateway_paths.value_or(true);
  const std::string prefix =
      gateway ? "/v1/scene/" + http::encode_segment(scene) + "/object/" : "/v1/object/";
  const auto answer = objects_->call(http::Method::kDelete, prefix + http::encode_segment(key), "");
  if (!answer) return answer.error();
  return {};
}

CallResult<Registration> ServerApi::register_device(const std::string& scene, const DeviceAddress& address) {
  const Paths paths{"/v1/scene/" + http::encode_segment(scene) + "/register", "/v1/register"};
  const auto answer = scenes_->call_either(paths, device_body(scene, address));
  if (!answer) return answer.error();
  Registration registration;
  registration.device_key = address.key;
  registration.events_host = json::text_or_empty(*answer, "event_destination_host");
  registration.events_port =
      static_cast<std::uint16_t>(json::int32(*answer, "event_destination_port").value_or(0));
  const json::Value* scenes = json::find(*answer, "scenes");
  if (scenes != nullptr && scenes->is_array() && !scenes->empty()) {
    const json::Value* devices = json::find(scenes->front(), "devices");
    if (devices != nullptr && devices->is_array() && !devices->empty()) {
      const std::string key = json::text_or_empty(devices->front(), "key");
      if (!key.empty()) registration.device_key = key;
    }
  }
  if (registration.device_key.empty()) {
    return CallError{
        fmt::format("{}{}: the answer has no key for the device", scenes_->url.text(), paths.gateway)};
  }
  return registration;
}

CallResult<void> ServerApi::deregister_device(const std::string& scene, const std::string& device) {
  const Paths paths{"/v1/scene/" + http::encode_segment(scene) + "/deregister", "/v1/deregister"};
  DeviceAddress address;
  address.key = device;
  const auto answer = scenes_->call_either(paths, device_body(scene, address));
  if (!answer) return answer.error();
  return {};
}

}  // namespace aesel::app
