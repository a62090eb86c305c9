// Motion: a skeleton and how it moves, and where every joint is at a given time. Motions come from capture
// files (bvh_reader.hpp); what samples them streams or records them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace aesel::motion {

/// A 4x4 matrix in row-major order for column vectors: the translation is at 3, 7 and 11.
using Matrix = std::array<double, 16>;

enum class Channel : std::uint8_t { kXPosition, kYPosition, kZPosition, kXRotation, kYRotation, kZRotation };

inline constexpr std::size_t kJointChannelsMax = 6;

struct Joint {
  std::string name;                     // unique in its motion
  std::optional<std::uint32_t> parent;  // an index smaller than the joint's own; none for a root
  std::array<double, 3> offset{};       // from the parent, in the file's unit of length
  std::array<Channel, kJointChannelsMax> channels{};  // the first channel_count count
  std::uint32_t channel_count = 0;
  std::uint32_t channel_begin = 0;  // where the joint's values begin within a frame

  std::span<const Channel> used_channels() const { return {channels.data(), channel_count}; }
};

/// Plain data: whoever fills it in keeps these sizes consistent; sample() relies on them.
/// REQUIRES: at least one joint and one frame; values.size() == frame_count * channels_per_frame;
/// frame_time_s > 0.
struct Motion {
  std::vector<Joint> joints;  // parents before their children
  std::size_t frame_count = 0;
  std::size_t channels_per_frame = 0;
  double frame_time_s = 0;
  std::vector<double> values;  // frame after frame; lengths, and angles in degrees
};

/// What lies after the last frame: kHold stays on it, kLoop moves on to the first one in one more frame time.
enum class Ends { kHold, kLoop };

/// From the first frame to the last one (kHold), or to the first one again (kLoop). Seconds.
double length_s(const Motion& motion, Ends ends);

/// World transforms of all joints at a time in seconds, interpolated between the two frames around it:
/// rotations relative to the parent by slerp, translations linearly. At the time of a frame: exactly that
/// frame's. Before 0 and beyond the end as `ends` says. Does not allocate. REQUIRES: time_s is finite;
/// world.size() is the number of joints.
void sample(const Motion& motion, double time_s, Ends ends, std::span<Matrix> world);

/// World transforms of all joints at one frame. REQUIRES: frame < frame_count, sizes as for sample().
void sample_frame(const Motion& motion, std::size_t frame, std::span<Matrix> world);

}  // namespace aesel::motion
