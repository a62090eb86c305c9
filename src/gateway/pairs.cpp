#include "gateway/pairs.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "access/principal.hpp"
#include "base/check.hpp"
#include "json/value.hpp"
#include "telemetry/log.hpp"

namespace aesel::gateway {
namespace {

using http::Method;
using http::Request;
using http::Response;

constexpr std::size_t kAnswerBytesMax = 4u << 20;  // of an answer that is read to learn from it

/// What a request to a scenes service means for locations.
enum class Effect {
  kNone,
  kCreates,  // the scenes of the answer are there now
  kShows,    // the scenes of the answer are there
  kDeletes,
};

Effect effect_of(const Request& request) {
  const Segments& path = request.segments;
  const bool is_scenes = path.size() >= 2 && path[1] == "scene";
  if (path.size() == 2 && request.method == Method::kPost && (is_scenes || path[1] == "register"))
    return Effect::kCreates;
  if (!is_scenes || path.size() != 3) return Effect::kNone;
  if (request.method == Method::kPut) return Effect::kCreates;
  if (request.method == Method::kGet) return Effect::kShows;
  return request.method == Method::kDelete ? Effect::kDeletes : Effect::kNone;
}

/// The scene that the first element of `scenes` is about, or "".
std::string scene_in_body(const std::string& body) {
  const auto value = json::parse(body);
  const json::Value* const scenes = value ? json::find(*value, "scenes") : nullptr;
  if (scenes == nullptr || !scenes->is_array() || scenes->empty()) return {};
  return json::text_or_empty(scenes->front(), "key");
}

/// Paths without a scene say it in the body, which wins over what the gateway's path said.
bool names_scene_in_body(const Request& request) {
  const Segments& path = request.segments;
  if (path.size() != 2) return false;
  return path[1] == "scene" || path[1] == "register" || path[1] == "deregister" || path[1] == "align";
}

/// The keys of a successful answer of the scenes service.
std::vector<std::string> scenes_in_answer(const Response& response) {
  std::vector<std::string> keys;
  if (response.status != 200) return keys;
  const auto value = json::parse(response.body);
  if (!value || json::integer(*value, "err_code") != 100) return keys;
  const json::Value* const scenes = json::find(*value, "scenes");
  if (scenes == nullptr || !scenes->is_array()) return keys;
  for (const json::Value& scene : *scenes) {
    std::string key = json::text_or_empty(scene, "key");
    if (!key.empty()) keys.push_back(std::move(key));
  }
  return keys;
}

bool is_success(const Response& response) {
  if (response.status != 200) return false;
  const auto value = json::parse(response.body);
  return value && json::integer(*value, "err_code") == 100;
}

/// Bytes that were read already, then the rest.
class ResumedSource final : public http::BodySource {
 public:
  ResumedSource(std::string front, std::unique_ptr<http::BodySource> rest)
      : front_(std::move(front)), rest_(std::move(rest)) {}

  Task<Result<std::size_t>> read(std::span<char> into) override {
    if (given_ == front_.size()) {
      Result<std::size_t> more = co_await rest_->read(into);
      co_return more;
    }
    const std::size_t count = front_.copy(into.data(), into.size(), given_);
    given_ += count;
    co_return count;
  }

 private:
  std::string front_;
  std::size_t given_ = 0;
  std::unique_ptr<http::BodySource> rest_;
};

/// Reads an answer that comes in pieces into its `body`. False: it is too long, or broke off; it can be sent
/// on all the same.
Task<bool> gather(Response& response) {
  if (!response.source) co_return true;
  std::string front;
  std::array<char, 16384> piece{};
  while (front.size() <= kAnswerBytesMax) {
    const Result<std::size_t> count = co_await response.source->read(piece);
    if (!count) break;  // and so says every further read
    if (*count == 0) {
      response.body = std::move(front);
      response.source.reset();
      response.source_bytes.reset();
      co_return true;
    }
    front.append(piece.data(), *count);
  }
  response.source = std::make_unique<ResumedSource>(std::move(front), std::move(response.source));
  co_return false;
}

}  // namespace

Pairs::Pairs(std::vector<Pair> pairs, SceneLocations& locations, const Clock& clock,
             telemetry::Metrics& metrics)
    : pairs_(std::move(pairs)),
      locations_(locations),
      clock_(clock),
      warm_up_failures_(metrics.counter("aesel_gateway_warm_up_failures_total",
                                        "Scenes services that could not be told about a new scene.")) {
  CHECK(!pairs_.empty());
}

const http::Service& Pairs::peek(const Destination& destination) const {
  const Pair& pair = pairs_[locations_.pair_of(destination.scene).value_or(0)];
  return destination.target == Target::kObjects ? pair.objects : pair.scenes;
}

Task<Response> Pairs::handle(Request& request, const Destination& destination) {
  if (destination.target == Target::kScenes) return handle_scenes(request, destination.scene);
  return pairs_[locations_.pair_of(destination.scene).value_or(0)].objects.handle(request);
}

Task<Response> Pairs::handle_scenes(Request& request, std::string scene) {
  const Effect effect = effect_of(request);
  if (pairs_.size() > 1 && names_scene_in_body(request)) {
    std::string named = scene_in_body(request.body);
    if (!named.empty()) scene = std::move(named);
  }
  std::optional<std::size_t> pair = locations_.pair_of(scene);
  if (!pair && effect == Effect::kCreates && pairs_.size() > 1) pair = co_await choose_for_new(scene);
  const std::size_t chosen = pair.value_or(0);
  const bool is_located = locations_.pair_of(scene).has_value();
  bool was_there = false;
  if (effect == Effect::kDeletes && is_located) was_there = co_await has_scene(chosen, scene, &request);

  Response response = co_await pairs_[chosen].scenes.handle(request);
  if (effect == Effect::kCreates || (effect == Effect::kShows && !is_located)) {
    co_await learn(response, chosen);
  } else if (was_there) {
    const bool is_whole = co_await gather(response);
    if (is_whole && is_success(response)) co_await locations_.remove(std::move(scene));
  }
  co_return response;
}

/// A scene without location may be one of the first pair's that is older than locations.
Task<std::size_t> Pairs::choose_for_new(std::string scene) {
  bool is_old = false;
  if (!scene.empty()) is_old = co_await has_scene(0, std::move(scene), nullptr);
  co_return is_old ? 0 : locations_.least_loaded();
}

/// Does the pair have the scene, as far as the user may know on whose behalf this is asked? A deletion of
/// what one may not see is answered with success, but deletes nothing.
Task<bool> Pairs::has_scene(std::size_t pair, std::string scene, const Request* on_behalf) {
  Request request;
  request.segments = {"v1", "scene", std::move(scene)};
  if (on_behalf != nullptr) {
    const auto principal = access::principal_of(*on_behalf);
    if (principal) access::set_principal(request, *principal);
  }
  Response response = co_await pairs_[pair].scenes.handle(request);
  const bool is_whole = co_await gather(response);
  co_return is_whole&& is_success(response);
}

Task<void> Pairs::learn(Response& response, std::size_t pair) {
  const bool is_whole = co_await gather(response);
  if (!is_whole) co_return;
  for (std::string& scene : scenes_in_answer(response)) {
    if (locations_.pair_of(scene)) continue;
    if (pairs_[pair].scenes_place == Place::kElsewhere) co_await warm_up(scene, pair);
    co_await locations_.assign(std::move(scene), pair);
  }
}

/// A failure costs nothing but the warmth.
Task<void> Pairs::warm_up(std::string scene, std::size_t pair) {
  Request request;
  request.method = Method::kPut;
  request.segments = {"v1", "scene", "cache", std::move(scene)};
  const Response response = co_await pairs_[pair].scenes.handle(request);
  if (response.status == 200) co_return;
  warm_up_failures_.add();
  if (!log_.allow(clock_.steady_ns())) co_return;
  telemetry::log(telemetry::Level::kWarning, "a scenes service could not be told about a scene",
                 {{"pair", pairs_[pair].cluster}, {"status", std::to_string(response.status)}});
}

}  // namespace aesel::gateway
