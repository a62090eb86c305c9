// A motion's objects on a server: found or created, recorded, asked for, deleted. Over HTTP, one request
// after another; how a request is sent is an argument.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/stream_joints.hpp"
#include "base/result.hpp"
#include "http/client.hpp"
#include "json/value.hpp"
#include "motion/motion.hpp"

namespace aesel::app {

/// What went wrong, where, and what to do about it.
struct StreamError {
  std::string text;
};

/// An object on the server that stands for a joint.
struct PlacedJoint {
  std::string key;
  bool created = false;                  // by this run
  std::optional<motion::Matrix> stored;  // where the server had it before any event
};

struct SceneOptions {
  std::string server;  // for messages, e.g. "http://127.0.0.1:8080"
  std::string scene;
};

class StreamScene {
 public:
  using Send = std::function<Result<http::Response>(const http::ClientRequest&)>;
  /// Told after each request how many joints are done. False: stop.
  using Progress = std::function<bool(std::size_t done)>;

  static constexpr std::size_t kJointsPerRequest = 50;

  StreamScene(SceneOptions options, Send send) : options_(std::move(options)), send_(std::move(send)) {}

  /// One object per joint, in their order: an existing one of that name, scene and type (given the right
  /// parent), or a new one at the first frame. Stopped early, or failed: what was created so far is in
  /// `placed`.
  Result<void, StreamError> place(std::span<const JointObject> joints, std::vector<PlacedJoint>& placed,
                                  const Progress& progress);
  /// Stores one action with one object, replacing an action of that name.
  Result<void, StreamError> record(const PlacedJoint& joint, const ActionPlan& plan,
                                   std::span<const motion::Matrix> frames);
  /// Where the server has an object now.
  Result<motion::Matrix, StreamError> stored(const PlacedJoint& joint);
  /// Deletes one object.
  Result<void, StreamError> remove(const PlacedJoint& joint);

 private:
  struct Call;
  Result<json::Value, StreamError> call(Call call);
  Result<void, StreamError> find(std::span<const JointObject> joints, std::span<PlacedJoint> placed);
  Result<void, StreamError> create(std::span<const JointObject> joints, std::span<PlacedJoint> placed);
  StreamError unexpected(std::string_view what) const;

  SceneOptions options_;
  Send send_;
};

}  // namespace aesel::app
