// Sampling a motion: channels to local poses, local poses between frames, and composition down the skeleton.
#include "motion/motion.hpp"

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/check.hpp"

namespace aesel::motion {
namespace {

// A time this close to a frame (in frames) is that frame: k * frame_time / frame_time need not be k.
constexpr double kSnapFrames = 1e-9;

struct Pose {
  Eigen::Quaterniond rotation;
  Eigen::Vector3d translation;
};

/// A place between two frames: `part` of the way from `from` to `to`.
struct Place {
  std::size_t from = 0;
  std::size_t to = 0;
  double part = 0;
};

Eigen::Quaterniond turn(Channel channel, double degrees) {
  const double half = degrees * (std::numbers::pi / 360.0);
  const double s = std::sin(half);
  const double c = std::cos(half);
  if (channel == Channel::kXRotation) return {c, s, 0, 0};
  if (channel == Channel::kYRotation) return {c, 0, s, 0};
  return {c, 0, 0, s};
}

Pose pose_of(const Joint& joint, const double* values) {
  Pose pose{Eigen::Quaterniond::Identity(),
            Eigen::Vector3d(joint.offset[0], joint.offset[1], joint.offset[2])};
  for (const Channel channel : joint.used_channels()) {
    const double value = *values++;
    if (channel <= Channel::kZPosition) {
      pose.translation[static_cast<int>(channel)] += value;
    } else {
      pose.rotation = pose.rotation * turn(channel, value);
    }
  }
  return pose;
}

Pose pose_at(const Motion& motion, const Joint& joint, const Place& place) {
  const double* from = motion.values.data() + place.from * motion.channels_per_frame + joint.channel_begin;
  Pose pose = pose_of(joint, from);
  if (place.part == 0) return pose;
  const double* to = motion.values.data() + place.to * motion.channels_per_frame + joint.channel_begin;
  if (std::equal(from, from + joint.channel_count, to)) return pose;
  const Pose next = pose_of(joint, to);
  pose.rotation = pose.rotation.slerp(place.part, next.rotation);
  pose.translation += place.part * (next.translation - pose.translation);
  return pose;
}

using RowMajor = Eigen::Matrix<double, 4, 4, Eigen::RowMajor>;

void compose(const Motion& motion, const Place& place, std::span<Matrix> world) {
  CHECK(world.size() == motion.joints.size());
  for (std::size_t i = 0; i < motion.joints.size(); ++i) {
    const Joint& joint = motion.joints[i];
    const Pose pose = pose_at(motion, joint, place);
    Eigen::Map<RowMajor> out(world[i].data());
    const Eigen::Matrix3d rotation = pose.rotation.toRotationMatrix();
    if (joint.parent) {
      const Eigen::Map<const RowMajor> parent(world[*joint.parent].data());
      out.topLeftCorner<3, 3>().noalias() = parent.topLeftCorner<3, 3>() * rotation;
      out.topRightCorner<3, 1>() =
          parent.topLeftCorner<3, 3>() * pose.translation + parent.topRightCorner<3, 1>();
    } else {
      out.topLeftCorner<3, 3>() = rotation;
      out.topRightCorner<3, 1>() = pose.translation;
    }
    out.row(3) << 0, 0, 0, 1;
  }
}

Place place_at(const Motion& motion, double time_s, Ends ends) {
  const double frames = static_cast<double>(motion.frame_count);
  double at = time_s / motion.frame_time_s;
  if (ends == Ends::kLoop) {
    at = std::fmod(at, frames);
    if (at < 0) at += frames;
  } else {
    at = std::clamp(at, 0.0, frames - 1);
  }
  const double nearest = std::round(at);
  if (std::abs(at - nearest) <= kSnapFrames) at = nearest;
  const double from = std::floor(at);
  const std::size_t index = static_cast<std::size_t>(from) % motion.frame_count;
  return {index, (index + 1) % motion.frame_count, at - from};
}

}  // namespace

double length_s(const Motion& motion, Ends ends) {
  const std::size_t steps = ends == Ends::kLoop ? motion.frame_count : motion.frame_count - 1;
  return static_cast<double>(steps) * motion.frame_time_s;
}

void sample(const Motion& motion, double time_s, Ends ends, std::span<Matrix> world) {
  CHECK(std::isfinite(time_s));
  compose(motion, place_at(motion, time_s, ends), world);
}

void sample_frame(const Motion& motion, std::size_t frame, std::span<Matrix> world) {
  CHECK(frame < motion.frame_count);
  compose(motion, Place{frame, frame, 0}, world);
}

}  // namespace aesel::motion
