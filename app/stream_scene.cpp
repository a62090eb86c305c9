// The HTTP side of `aesel stream`.
#include "app/stream_scene.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

#include "app/login_token.hpp"

namespace aesel::app {
namespace {

constexpr int kSuccess = 100;  // err_code

std::optional<motion::Matrix> matrix_of(const json::Value& object) {
  const json::Value* transform = json::find(object, "transform");
  motion::Matrix matrix{};
  if (transform == nullptr || !transform->is_array() || transform->size() != matrix.size())
    return std::nullopt;
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    const json::Value& number = (*transform)[i];
    if (!number.is_number()) return std::nullopt;
    matrix[i] = number.get<double>();
  }
  return matrix;
}

/// The elements of "objects" that are objects.
std::vector<const json::Value*> objects_of(const json::Value& answer) {
  std::vector<const json::Value*> objects;
  const json::Value* list = json::find(answer, "objects");
  if (list == nullptr || !list->is_array()) return objects;
  for (const json::Value& object : *list) {
    if (object.is_object()) objects.push_back(&object);
  }
  return objects;
}

/// Why the server did not do what it was asked.
StreamError refusal(std::string_view where, int status, const json::Value& answer) {
  std::string text =
      fmt::format("{}: refused with status {}, err_code {}", where, status, answer.at("err_code").dump());
  const std::string reason = json::text_or_empty(answer, "err_msg");
  if (!reason.empty()) text += ", " + reason;
  text += login_advice(status);
  if (status == 413) text += ". The server's limit for a body is too small for this";
  if (status >= 500) text += ". The server's log says more";
  return {std::move(text)};
}

}  // namespace

struct StreamScene::Call {
  http::Method method = http::Method::kGet;
  std::string path;  // below the scene's objects
  std::string body;
};

StreamError StreamScene::unexpected(std::string_view what) const {
  return {fmt::format("the answer of {} has no {}; is it an Aesel server?", options_.server, what)};
}

Result<json::Value, StreamError> StreamScene::call(Call call) {
  http::ClientRequest request;
  request.method = call.method;
  request.target = fmt::format("/v1/scene/{}/object{}", http::encode_segment(options_.scene), call.path);
  request.body = std::move(call.body);
  add_login_token(request);
  const auto response = send_(request);
  if (!response) {
    return StreamError{
        fmt::format("{} does not answer: {}. Start a server with `aesel serve`, or name another "
                    "with --server",
                    options_.server, response.error().message())};
  }
  auto answer = json::parse(response->body);
  const bool is_answer = answer && json::find(*answer, "err_code") != nullptr;
  if (is_answer && response->status < 400 && json::integer(*answer, "err_code") == kSuccess) {
    return Result<json::Value, StreamError>(boost::system::in_place_value, std::move(*answer));
  }
  const std::string where =
      fmt::format("{} {}{}", http::to_text(request.method), options_.server, request.target);
  if (is_answer) return refusal(where, response->status, *answer);
  return StreamError{
      fmt::format("{}: status {} and no err_code; is it an Aesel server?", where, response->status)};
}

Result<void, StreamError> StreamScene::place(std::span<const JointObject> joints,
                                             std::vector<PlacedJoint>& placed, const Progress& progress) {
  placed.assign(joints.size(), {});
  for (std::size_t begin = 0; begin < joints.size(); begin += kJointsPerRequest) {
    const std::size_t count = std::min(kJointsPerRequest, joints.size() - begin);
    const auto these = joints.subspan(begin, count);
    const auto places = std::span(placed).subspan(begin, count);
    if (auto found = find(these, places); !found) return found.error();
    if (auto created = create(these, places); !created) return created.error();
    if (!progress(begin + count)) return {};
  }
  return {};
}

Result<void, StreamError> StreamScene::find(std::span<const JointObject> joints,
                                            std::span<PlacedJoint> placed) {
  auto answer = call({http::Method::kPost, "/query", query_body(joints, options_.scene)});
  if (!answer) return answer.error();
  std::unordered_map<std::string, const json::Value*> by_name;
  for (const json::Value* object : objects_of(*answer))
    by_name.try_emplace(json::text_or_empty(*object, "name"), object);
  for (std::size_t i = 0; i < joints.size(); ++i) {
    const auto at = by_name.find(joints[i].name);
    if (at == by_name.end()) continue;
    placed[i].key = json::text_or_empty(*at->second, "key");
    if (placed[i].key.empty()) return unexpected("key for an object");
    placed[i].stored = matrix_of(*at->second);
    // A root keeps the parent it was given: an update cannot take one away.
    if (joints[i].parent.empty() || json::text_or_empty(*at->second, "parent") == joints[i].parent) continue;
    auto moved = call({http::Method::kPost, "/" + placed[i].key, reparent_body(joints[i], options_.scene)});
    if (!moved) return moved.error();
  }
  return {};
}

Result<void, StreamError> StreamScene::create(std::span<const JointObject> joints,
                                              std::span<PlacedJoint> placed) {
  std::vector<JointObject> missing;
  std::vector<PlacedJoint*> slots;
  for (std::size_t i = 0; i < joints.size(); ++i) {
    if (!placed[i].key.empty()) continue;
    missing.push_back(joints[i]);
    slots.push_back(&placed[i]);
  }
  if (missing.empty()) return {};
  auto answer = call({http::Method::kPost, "", create_body(missing, options_.scene)});
  if (!answer) return answer.error();
  const auto objects = objects_of(*answer);
  if (objects.size() != missing.size()) return unexpected("element for each new object");
  for (std::size_t i = 0; i < missing.size(); ++i) {
    slots[i]->key = json::text_or_empty(*objects[i], "key");
    if (slots[i]->key.empty()) return unexpected("key for a new object");
    slots[i]->created = true;
    slots[i]->stored = missing[i].first;
  }
  return {};
}

Result<void, StreamError> StreamScene::record(const PlacedJoint& joint, const ActionPlan& plan,
                                              std::span<const motion::Matrix> frames) {
  auto answer = call({http::Method::kPost, fmt::format("/{}/action", joint.key), action_body(plan, frames)});
  if (!answer) return answer.error();
  return {};
}

Result<motion::Matrix, StreamError> StreamScene::stored(const PlacedJoint& joint) {
  auto answer = call({http::Method::kGet, "/" + joint.key, ""});
  if (!answer) return answer.error();
  const auto objects = objects_of(*answer);
  const auto matrix = objects.empty() ? std::nullopt : matrix_of(*objects.front());
  if (!matrix) return unexpected("transform for an object");
  return *matrix;
}

Result<void, StreamError> StreamScene::remove(const PlacedJoint& joint) {
  auto answer = call({http::Method::kDelete, "/" + joint.key, ""});
  if (!answer) return answer.error();
  return {};
}

}  // namespace aesel::app
