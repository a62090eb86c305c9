#include "app/demo_figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "motion/bvh_reader.hpp"

namespace aesel::app {
namespace {

constexpr double kTurn_rad_per_s = 0.35;
constexpr double kFullTurn = 6.283185307179586;

/// Turn about the vertical axis, after moving along x.
struct Placement {
  double angle = 0;
  double x = 0;
};

EventMatrix placed(const motion::Matrix& m, const Placement& at) {
  const double c = std::cos(at.angle), s = std::sin(at.angle);
  EventMatrix out = m;
  for (std::size_t column = 0; column < 4; ++column) {
    const double x = m[column] + (column == 3 ? at.x : 0);
    const double z = m[8 + column];
    out[column] = c * x + s * z;
    out[8 + column] = c * z - s * x;
  }
  return out;
}

}  // namespace

Result<DemoFigure, std::string> DemoFigure::read(std::string_view bvh, int figures) {
  CHECK(figures > 0);
  auto motion = motion::read_bvh(bvh);
  if (!motion) return motion.error().text();
  DemoFigure figure;
  figure.motion_ = std::move(*motion);
  figure.figures_ = figures;
  for (int f = 0; f < figures; ++f) {
    const std::size_t first = figure.parts_.size();
    for (const motion::Joint& joint : figure.motion_.joints) {
      Part part{figures == 1 ? joint.name : fmt::format("{}-{}", joint.name, f + 1), std::nullopt};
      if (joint.parent) part.parent = first + *joint.parent;
      figure.parts_.push_back(std::move(part));
    }
  }
  figure.measure();
  return figure;
}

void DemoFigure::measure() {
  std::vector<motion::Matrix> world(motion_.joints.size());
  double reach = 0, own_reach = 0;  // from the centre, and from the figure's root
  bounds_ = {0, 1e300, -1e300};
  for (std::size_t frame = 0; frame < motion_.frame_count; ++frame) {
    motion::sample_frame(motion_, frame, world);
    for (const motion::Matrix& m : world) {
      reach = std::max(reach, std::hypot(m[3], m[11]));
      own_reach = std::max(own_reach, std::hypot(m[3] - world[0][3], m[11] - world[0][11]));
      bounds_.low = std::min(bounds_.low, m[7]);
      bounds_.high = std::max(bounds_.high, m[7]);
    }
  }
  spacing_ = figures_ == 1 ? 0 : reach * 0.5 * figures_;
  bounds_.radius = figures_ == 1 ? own_reach : reach + spacing_;
}

void DemoFigure::pose(double time_s, std::vector<EventMatrix>& world) const {
  CHECK(world.size() == parts_.size());
  std::vector<motion::Matrix> joints(motion_.joints.size());
  for (int f = 0; f < figures_; ++f) {
    // Out of step with each other, and spread around the centre.
    const double part = static_cast<double>(f) / figures_;
    motion::sample(motion_, time_s + part * motion::length_s(motion_, motion::Ends::kLoop),
                   motion::Ends::kLoop, joints);
    const Placement at{kTurn_rad_per_s * time_s + part * kFullTurn, spacing_};
    for (std::size_t j = 0; j < joints.size(); ++j) {
      world[static_cast<std::size_t>(f) * joints.size() + j] = placed(joints[j], at);
    }
  }
}

}  // namespace aesel::app
