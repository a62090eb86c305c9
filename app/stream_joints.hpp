// The objects of a scene that stand for the joints of a motion: what they are called, and the JSON that
// creates, finds, records and moves them. Text only; stream_scene.hpp sends it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "motion/motion.hpp"

namespace aesel::app {

/// The type of every object that a joint gets.
inline constexpr std::string_view kJointType = "joint";

struct JointObject {
  std::string name;        // prefix and the joint's name
  std::string parent;      // the parent's object name; "" for a root
  motion::Matrix first{};  // at the first frame, as it is sent
};

struct JointNaming {
  std::string prefix;
  double scale = 1;  // factor for all lengths
};

/// One per joint, in the motion's order.
std::vector<JointObject> describe_joints(const motion::Motion& motion, const JointNaming& naming);

/// Multiplies the translations by the factor.
void scale_lengths(std::span<motion::Matrix> world, double scale);

/// Body of a query that finds, for each of these, at most one object of its name, scene and type.
std::string query_body(std::span<const JointObject> joints, std::string_view scene);
/// Body that creates these objects.
std::string create_body(std::span<const JointObject> joints, std::string_view scene);
/// Body that moves one object to another parent.
std::string reparent_body(const JointObject& joint, std::string_view scene);

struct ActionPlan {
  std::string name;
  std::string description;
  std::string scene;
};
/// Body that creates an action with one keyframe per matrix; its frame is its index.
std::string action_body(const ActionPlan& plan, std::span<const motion::Matrix> frames);

struct EventAddress {
  std::string_view key;
  std::string_view name;
  std::string_view scene;
};

/// The datagram that moves one object. Its text is built in place: after the first few calls of moved_to() no
/// more memory is taken.
class EventText {
 public:
  explicit EventText(const EventAddress& address);
  /// The complete text for this place; valid until the next call.
  std::string_view moved_to(const motion::Matrix& world);

 private:
  std::string text_;
  std::size_t head_bytes_ = 0;  // up to the matrix, the same for every event
};

}  // namespace aesel::app
