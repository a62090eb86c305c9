// Real files: the project's own motion, and the captured dancer when it lies beside the checkout. Sampled
// matrices are compared with straight matrix products, computed here without the reader's sampler.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <numbers>
#include <string>
#include <vector>

#include "motion/bvh_reader.hpp"

namespace aesel::motion {
namespace {

const std::string kSource = AESEL_SOURCE_DIR;

Matrix identity() {
  return {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
}

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix out{};
  for (std::size_t row = 0; row < 4; ++row) {
    for (std::size_t column = 0; column < 4; ++column) {
      for (std::size_t k = 0; k < 4; ++k) out[row * 4 + column] += a[row * 4 + k] * b[k * 4 + column];
    }
  }
  return out;
}

Matrix rotation(Channel channel, double degrees) {
  const double angle = degrees * std::numbers::pi / 180;
  const double c = std::cos(angle);
  const double s = std::sin(angle);
  if (channel == Channel::kXRotation) return {1, 0, 0, 0, 0, c, -s, 0, 0, s, c, 0, 0, 0, 0, 1};
  if (channel == Channel::kYRotation) return {c, 0, s, 0, 0, 1, 0, 0, -s, 0, c, 0, 0, 0, 0, 1};
  return {c, -s, 0, 0, s, c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
}

std::vector<Matrix> straight(const Motion& motion, std::size_t frame) {
  std::vector<Matrix> world;
  const double* value = motion.values.data() + frame * motion.channels_per_frame;
  for (const Joint& joint : motion.joints) {
    Matrix place = identity();
    Matrix turned = identity();
    for (std::size_t axis = 0; axis < 3; ++axis) place[axis * 4 + 3] = joint.offset[axis];
    for (const Channel channel : joint.used_channels()) {
      const auto axis = static_cast<std::size_t>(channel);
      if (axis < 3) {
        place[axis * 4 + 3] += *value++;
      } else {
        turned = product(turned, rotation(channel, *value++));
      }
    }
    const Matrix local = product(place, turned);
    world.push_back(joint.parent ? product(world[*joint.parent], local) : local);
  }
  return world;
}

/// The largest difference between two sets of matrices.
double distance(const std::vector<Matrix>& a, const std::vector<Matrix>& b) {
  double most = 0;
  for (std::size_t joint = 0; joint < a.size(); ++joint) {
    for (std::size_t i = 0; i < 16; ++i) most = std::max(most, std::abs(a[joint][i] - b[joint][i]));
  }
  return most;
}

void expect_straight_products(const Motion& motion, std::size_t step) {
  std::vector<Matrix> world(motion.joints.size());
  for (std::size_t frame = 0; frame < motion.frame_count; frame += step) {
    sample(motion, static_cast<double>(frame) * motion.frame_time_s, Ends::kHold, world);
    ASSERT_LT(distance(world, straight(motion, frame)), 1e-9) << "frame " << frame;
  }
}

TEST(Dancer, ReadsAndMatchesStraightProducts) {
  const std::string path = kSource + "/../shared/data/cmu_05_01.bvh";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
  const auto motion = read_bvh_file(path);
  ASSERT_TRUE(motion) << motion.error().text();
  EXPECT_EQ(motion->joints.size(), 165u);
  EXPECT_EQ(motion->frame_count, 599u);
  EXPECT_EQ(motion->frame_time_s, 0.04);
  EXPECT_EQ(motion->channels_per_frame, 498u);
  expect_straight_products(*motion, 37);
}

TEST(Walker, ReadsAndMatchesStraightProducts) {
  const auto motion = read_bvh_file(kSource + "/share/motion/walker.bvh");
  ASSERT_TRUE(motion) << motion.error().text();
  EXPECT_GE(motion->joints.size(), 18u);
  EXPECT_NEAR(length_s(*motion, Ends::kLoop), 4.0, 1e-3);
  expect_straight_products(*motion, 7);
}

TEST(Walker, JoinsItsEndsAsSmoothlyAsItMovesElsewhere) {
  const auto motion = read_bvh_file(kSource + "/share/motion/walker.bvh");
  ASSERT_TRUE(motion) << motion.error().text();
  double most = 0;
  for (std::size_t frame = 1; frame < motion->frame_count; ++frame) {
    most = std::max(most, distance(straight(*motion, frame - 1), straight(*motion, frame)));
  }
  EXPECT_GT(most, 0.01);
  EXPECT_LE(distance(straight(*motion, motion->frame_count - 1), straight(*motion, 0)), most);
}

}  // namespace
}  // namespace aesel::motion
