// JSON of a motion's objects, actions and events.
#include "app/stream_joints.hpp"

#include "base/check.hpp"
#include "json/writer.hpp"

namespace aesel::app {
namespace {

// Sixteen shortest round-trip doubles with commas, and the end.
constexpr std::size_t kMatrixTextBytes = 16 * 26 + 2;

/// The members by which a joint's object is known. `writer` is inside the object.
void write_identity(json::Writer& writer, const JointObject& joint, std::string_view scene) {
  writer.member("name", joint.name);
  writer.member("scene", scene);
  writer.member("type", kJointType);
}

template <class WriteElement>
std::string list_body(std::span<const JointObject> joints, WriteElement write_element) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.member("num_records", 1);
  writer.name("objects");
  writer.begin_array();
  for (const JointObject& joint : joints) {
    writer.begin_object();
    write_element(writer, joint);
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return body;
}

}  // namespace

void scale_lengths(std::span<motion::Matrix> world, double scale) {
  for (motion::Matrix& matrix : world) {
    matrix[3] *= scale;
    matrix[7] *= scale;
    matrix[11] *= scale;
  }
}

std::vector<JointObject> describe_joints(const motion::Motion& motion, const JointNaming& naming) {
  std::vector<motion::Matrix> world(motion.joints.size());
  motion::sample_frame(motion, 0, world);
  scale_lengths(world, naming.scale);
  std::vector<JointObject> joints;
  joints.reserve(world.size());
  for (std::size_t i = 0; i < world.size(); ++i) {
    const motion::Joint& joint = motion.joints[i];
    JointObject object;
    object.name = naming.prefix + joint.name;
    if (joint.parent) object.parent = joints[*joint.parent].name;
    object.first = world[i];
    joints.push_back(std::move(object));
  }
  return joints;
}

std::string query_body(std::span<const JointObject> joints, std::string_view scene) {
  return list_body(
      joints, [&](json::Writer& writer, const JointObject& joint) { write_identity(writer, joint, scene); });
}

std::string create_body(std::span<const JointObject> joints, std::string_view scene) {
  return list_body(joints, [&](json::Writer& writer, const JointObject& joint) {
    write_identity(writer, joint, scene);
    writer.member_if("parent", joint.parent);
    writer.reals("transform", joint.first);
  });
}

std::string reparent_body(const JointObject& joint, std::string_view scene) {
  return list_body(std::span(&joint, 1), [&](json::Writer& writer, const JointObject& moved) {
    writer.member("scene", scene);
    writer.member("parent", moved.parent);
  });
}

std::string action_body(const ActionPlan& plan, std::span<const motion::Matrix> frames) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.member("name", plan.name);
  writer.member_if("description", plan.description);
  writer.member("scene", plan.scene);
  writer.name("keyframes");
  writer.begin_array();
  for (std::size_t i = 0; i < frames.size(); ++i) {
    writer.begin_object();
    writer.member("frame", static_cast<std::int64_t>(i));
    writer.reals("transform", frames[i]);
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return body;
}

EventText::EventText(const EventAddress& address) {
  json::Writer writer(text_);
  writer.begin_object();
  writer.member("msg_type", 1);
  writer.member("key", address.key);
  writer.member("name", address.name);
  writer.member("scene", address.scene);
  writer.name("transform");
  writer.begin_array();
  head_bytes_ = text_.size();
  text_.reserve(head_bytes_ + kMatrixTextBytes);
}

std::string_view EventText::moved_to(const motion::Matrix& world) {
  text_.resize(head_bytes_);
  for (std::size_t i = 0; i < world.size(); ++i) {
    if (i > 0) text_ += ',';
    json::append_real(text_, world[i]);
  }
  text_ += "]}";
  return text_;
}

}  // namespace aesel::app
