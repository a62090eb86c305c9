// Sampling: matrices that are known by hand, channel orders, interpolation, and the ends of the motion.
#include "motion/motion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "motion/bvh_reader.hpp"

namespace aesel::motion {
namespace {

constexpr double kTolerance = 1e-12;

std::vector<Matrix> at(const Motion& motion, double time_s, Ends ends = Ends::kHold) {
  std::vector<Matrix> world(motion.joints.size());
  sample(motion, time_s, ends, world);
  return world;
}

void expect_matrix(const Matrix& found, const Matrix& wanted) {
  EXPECT_THAT(found, testing::Pointwise(testing::DoubleNear(kTolerance), wanted));
}

/// One joint with these channels and these frames, 0.5 s each.
Motion one_joint(const std::string& channels, const std::string& frames, int frame_count) {
  const auto motion =
      read_bvh("HIERARCHY\nROOT a\n{\nOFFSET 1 2 3\nCHANNELS " + channels +
               "\n}\nMOTION\nFrames: " + std::to_string(frame_count) + "\nFrame Time: 0.5\n" + frames);
  EXPECT_TRUE(motion) << motion.error().text();
  return *motion;
}

TEST(Sample, AddsPositionChannelsToTheOffset) {
  const Motion motion = one_joint("3 Zposition Xposition Yposition", "30 10 20\n", 1);
  expect_matrix(at(motion, 0)[0], {1, 0, 0, 11, 0, 1, 0, 22, 0, 0, 1, 33, 0, 0, 0, 1});
}

TEST(Sample, TurnsByTheRightHandRule) {
  expect_matrix(at(one_joint("1 Xrotation", "90\n", 1), 0)[0],
                {1, 0, 0, 1, 0, 0, -1, 2, 0, 1, 0, 3, 0, 0, 0, 1});
  expect_matrix(at(one_joint("1 Yrotation", "90\n", 1), 0)[0],
                {0, 0, 1, 1, 0, 1, 0, 2, -1, 0, 0, 3, 0, 0, 0, 1});
  expect_matrix(at(one_joint("1 Zrotation", "90\n", 1), 0)[0],
                {0, -1, 0, 1, 1, 0, 0, 2, 0, 0, 1, 3, 0, 0, 0, 1});
}

TEST(Sample, MultipliesRotationsInTheOrderListed) {
  // Rz(90) * Rx(90) and Rx(90) * Rz(90), multiplied by hand.
  expect_matrix(at(one_joint("2 Zrotation Xrotation", "90 90\n", 1), 0)[0],
                {0, 0, 1, 1, 1, 0, 0, 2, 0, 1, 0, 3, 0, 0, 0, 1});
  expect_matrix(at(one_joint("2 Xrotation Zrotation", "90 90\n", 1), 0)[0],
                {0, -1, 0, 1, 0, 0, -1, 2, 1, 0, 0, 3, 0, 0, 0, 1});
}

TEST(Sample, PositionsAreNotTurnedByTheJointsOwnRotation) {
  const Motion motion = one_joint("2 Zrotation Xposition", "90 5\n", 1);
  expect_matrix(at(motion, 0)[0], {0, -1, 0, 6, 1, 0, 0, 2, 0, 0, 1, 3, 0, 0, 0, 1});
}

TEST(Sample, ComposesDownTheSkeleton) {
  const auto motion = read_bvh(
      "HIERARCHY\nROOT a\n{\nOFFSET 0 0 0\nCHANNELS 2 Xposition Zrotation\n"
      "JOINT b\n{\nOFFSET 2 0 0\nCHANNELS 1 Zrotation\nJOINT c\n{\nOFFSET 3 0 0\n}\n}\n}\n"
      "MOTION\nFrames: 1\nFrame Time: 1\n10 90 90\n");
  ASSERT_TRUE(motion) << motion.error().text();
  const auto world = at(*motion, 0);
  expect_matrix(world[0], {0, -1, 0, 10, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1});
  expect_matrix(world[1], {-1, 0, 0, 10, 0, -1, 0, 2, 0, 0, 1, 0, 0, 0, 0, 1});
  expect_matrix(world[2], {-1, 0, 0, 7, 0, -1, 0, 2, 0, 0, 1, 0, 0, 0, 0, 1});
}

TEST(Sample, HalfwayIsHalfTheTurnAndHalfTheWay) {
  const Motion motion = one_joint("2 Zrotation Xposition", "0 0\n90 4\n", 2);
  const double h = std::sqrt(0.5);
  expect_matrix(at(motion, 0.25)[0], {h, -h, 0, 3, h, h, 0, 2, 0, 0, 1, 3, 0, 0, 0, 1});
}

TEST(Sample, SlerpsTheJointNotItsAngles) {
  // From nothing to Rz(90) Rx(90), a turn of 120 degrees about (1,1,1): halfway is 60 degrees about it.
  const Motion motion = one_joint("2 Zrotation Xrotation", "0 0\n90 90\n", 2);
  const double a = 2.0 / 3;
  const double b = -1.0 / 3;
  expect_matrix(at(motion, 0.25)[0], {a, b, a, 1, a, a, b, 2, b, a, a, 3, 0, 0, 0, 1});
}

TEST(Sample, TakesTheShortWayRound) {
  const Motion motion = one_joint("1 Zrotation", "170\n-170\n", 2);
  expect_matrix(at(motion, 0.25)[0], {-1, 0, 0, 1, 0, -1, 0, 2, 0, 0, 1, 3, 0, 0, 0, 1});
}

TEST(Sample, IsTheFrameAtTheTimeOfAFrame) {
  std::string frames;
  for (int i = 0; i < 1000; ++i) frames += std::to_string(i * 7 % 360) + " " + std::to_string(i * i) + "\n";
  Motion motion = one_joint("2 Zrotation Xposition", frames, 1000);
  for (const double frame_time_s : {0.04, 1.0 / 30, 0.0083333, 0.1}) {
    motion.frame_time_s = frame_time_s;
    for (std::size_t i = 0; i < 1000; ++i) {
      std::vector<Matrix> wanted(1);
      sample_frame(motion, i, wanted);
      ASSERT_EQ(at(motion, static_cast<double>(i) * frame_time_s), wanted) << i;
      ASSERT_EQ(at(motion, static_cast<double>(i) * frame_time_s, Ends::kLoop), wanted) << i;
    }
  }
}

TEST(Sample, HoldsTheEndsOrGoesRound) {
  const Motion motion = one_joint("1 Xposition", "0\n10\n20\n", 3);
  const auto x = [&](double time_s, Ends ends) { return at(motion, time_s, ends)[0][3] - 1; };
  EXPECT_NEAR(x(-1, Ends::kHold), 0, kTolerance);
  EXPECT_NEAR(x(99, Ends::kHold), 20, kTolerance);
  EXPECT_NEAR(x(1.25, Ends::kLoop), 10, kTolerance);  // halfway from the last frame to the first
  EXPECT_NEAR(x(1.5, Ends::kLoop), 0, kTolerance);
  EXPECT_NEAR(x(150.25, Ends::kLoop), 5, 1e-9);
  EXPECT_NEAR(x(-0.5, Ends::kLoop), 20, kTolerance);
  EXPECT_NEAR(length_s(motion, Ends::kHold), 1.0, kTolerance);
  EXPECT_NEAR(length_s(motion, Ends::kLoop), 1.5, kTolerance);
}

TEST(Sample, StandsStillWithOneFrame) {
  const Motion motion = one_joint("1 Xposition", "4\n", 1);
  for (const double time_s : {0.0, 0.3, 77.0}) {
    EXPECT_EQ(at(motion, time_s, Ends::kLoop)[0][3], 5);
    EXPECT_EQ(at(motion, time_s, Ends::kHold)[0][3], 5);
  }
}

}  // namespace
}  // namespace aesel::motion
