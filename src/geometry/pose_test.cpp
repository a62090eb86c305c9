// The worked example of the scenes contract (4.6, proper SE(3)), the group laws, and the awkward angles.
#include "geometry/pose.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

namespace aesel::geometry {
namespace {

constexpr double kPi = std::numbers::pi;

const Pose kDeviceInS1 = from_euler({{1, 2, 3}, {0.1, 0.2, 0.3}});
const Pose kDeviceInS2 = from_euler({{4, 5, 6}, {0.4, -0.5, 0.6}});
const Pose kS3ToS2 = from_euler({{0.5, -1, 2}, {0, 0, kPi / 2}});
const Pose kS1ToS2 = compose(inverse(kDeviceInS1), kDeviceInS2);

void expect_near(const Vector3& got, const Vector3& want, double tolerance) {
  EXPECT_NEAR(got.x, want.x, tolerance);
  EXPECT_NEAR(got.y, want.y, tolerance);
  EXPECT_NEAR(got.z, want.z, tolerance);
}

void expect_pose(const Pose& got, const Vector3& translation, const Vector3& rotation) {
  const EulerPose euler = to_euler(got);
  expect_near(euler.translation, translation, 1e-6);
  expect_near(euler.rotation, rotation, 1e-6);
}

void expect_same_motion(const Pose& a, const Pose& b, double tolerance) {
  const Matrix16 ma = to_matrix(a);
  const Matrix16 mb = to_matrix(b);
  for (std::size_t i = 0; i < 16; ++i) EXPECT_NEAR(ma[i], mb[i], tolerance) << "element " << i;
}

Pose random_pose(std::mt19937_64& random) {
  std::uniform_real_distribution<double> angle(-10, 10), length(-100, 100);
  return from_euler(
      {{length(random), length(random), length(random)}, {angle(random), angle(random), angle(random)}});
}

TEST(Pose, RotationMatrixIsRxRyRz) {
  const Matrix16 m = to_matrix(kDeviceInS1);
  const double want[] = {0.936293,  -0.289629, 0.198669, 1, 0.312992, 0.944702, -0.097843, 2,
                         -0.159345, 0.153792,  0.975170, 3, 0,        0,        0,         1};
  for (std::size_t i = 0; i < 16; ++i) EXPECT_NEAR(m[i], want[i], 1e-6) << "element " << i;
}

TEST(Pose, WorkedExampleInverse) {
  expect_pose(inverse(kDeviceInS1), {-1.084242, -2.061151, -2.928494}, {-0.156420, -0.160027, -0.322610});
}

TEST(Pose, WorkedExampleLinkAndItsInverse) {
  expect_pose(kS1ToS2, {5.640021, 3.819854, 2.850780}, {0.350836, -0.719678, 0.261626});
  expect_pose(inverse(kS1ToS2), {-6.146982, -3.081883, 2.691593}, {-0.238749, 0.757107, -0.033121});
}

TEST(Pose, WorkedExamplePath) {
  expect_pose(inverse(kS3ToS2), {1, 0.5, -2}, {0, 0, -1.570796});
  expect_pose(compose(kS1ToS2, inverse(kS3ToS2)), {4.819854, -5.140021, 0.850780},
              {-0.750939, -0.261424, -1.545879});
}

TEST(Pose, WorkedExamplePoint) {
  const Vector3 in_s1 = apply(kDeviceInS1, {0.5, 0.25, -1});
  expect_near(in_s1, {1.197070, 2.490515, 1.983605}, 1e-6);
  expect_near(apply(kDeviceInS2, {0.5, 0.25, -1}), {4.717696, 5.741138, 5.501876}, 1e-6);
  expect_near(apply(kS1ToS2, in_s1), apply(kDeviceInS2, {0.5, 0.25, -1}), 1e-12);
}

TEST(Pose, TranslationTurnsWithTheRotation) {
  const Pose in_a = from_euler({{1, 0, 0}, {}});
  const Pose in_b = from_euler({{}, {0, 0, kPi / 2}});
  const Pose link = compose(inverse(in_a), in_b);
  expect_near(link.translation, {0, -1, 0}, 1e-15);
  expect_near(apply(link, {1, 0, 0}), {0, 0, 0}, 1e-15);
}

TEST(Pose, AnglesComeBackCanonical) {
  expect_pose(from_euler({{}, {2.5, 2.0, 0.3}}), {}, {-0.641593, 1.141593, -2.841593});
  expect_pose(from_euler({{}, {kPi, 0, 0}}), {}, {kPi, 0, 0});
}

TEST(Pose, RotationFactsOfTheContract) {
  expect_near(to_euler(inverse(from_euler({{1, 2, 3}, {0.79, 1.57, 2.36}}))).rotation, {1.504, 1.562, 1.638},
              1e-3);
}

TEST(Pose, IdentityHasPlainZeros) {
  for (const Pose& pose : {Pose{}, inverse(Pose{}), from_euler({{-0.0, -0.0, -0.0}, {-0.0, -0.0, -0.0}})}) {
    const EulerPose euler = to_euler(pose);
    for (const double value : {euler.translation.x, euler.translation.y, euler.translation.z,
                               euler.rotation.x, euler.rotation.y, euler.rotation.z}) {
      EXPECT_EQ(value, 0);
      EXPECT_FALSE(std::signbit(value));
    }
  }
}

TEST(Pose, GimbalLockKeepsTheRotation) {
  for (const double y : {kPi / 2, -kPi / 2}) {
    const Pose pose = from_euler({{1, 2, 3}, {0.7, y, -0.4}});
    const EulerPose euler = to_euler(pose);
    EXPECT_NEAR(euler.rotation.y, y, 1e-7);
    expect_same_motion(from_euler(euler), pose, 1e-12);
  }
  EXPECT_EQ(to_euler({{std::sqrt(0.5), 0, std::sqrt(0.5), 0}, {}}).rotation.x, 0);
}

TEST(Pose, EulerAndMatrixRoundTripsKeepTheMotion) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    const Pose pose = random_pose(random);
    expect_same_motion(from_euler(to_euler(pose)), pose, 1e-12);
    const std::optional<Pose> back = from_matrix(to_matrix(pose));
    ASSERT_TRUE(back);
    expect_same_motion(*back, pose, 1e-12);
  }
}

TEST(Pose, CompositionIsAssociativeAndInverseUndoesIt) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 2000; ++i) {
    const Pose a = random_pose(random), b = random_pose(random), c = random_pose(random);
    expect_same_motion(compose(compose(a, b), c), compose(a, compose(b, c)), 1e-11);
    expect_same_motion(compose(a, inverse(a)), {}, 1e-12);
    expect_near(apply(compose(a, b), {1, 2, 3}), apply(b, apply(a, {1, 2, 3})), 1e-11);
  }
}

TEST(Pose, QuaternionStaysAUnitOverAMillionCompositions) {
  const Pose step = from_euler({{0, 0, 0}, {0.1, -0.2, 0.3}});
  Pose pose;
  for (int i = 0; i < 1'000'000; ++i) pose = compose(pose, step);
  const Quaternion& q = pose.rotation;
  EXPECT_NEAR(q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z, 1, 1e-14);
}

TEST(Pose, MatricesThatAreNotRigidAreRefused) {
  Matrix16 scaled = to_matrix({});
  scaled[0] = 2;
  Matrix16 mirrored = to_matrix({});
  mirrored[0] = -1;
  Matrix16 projective = to_matrix({});
  projective[12] = 0.5;
  Matrix16 infinite = to_matrix({});
  infinite[3] = INFINITY;
  for (const Matrix16& bad : {scaled, mirrored, projective, infinite}) EXPECT_FALSE(from_matrix(bad));
}

TEST(Pose, InterpolatesAtConstantAngularSpeed) {
  const Pose a = from_euler({{0, 0, 0}, {0, 0, 0.2}});
  const Pose b = from_euler({{4, -8, 2}, {0, 0, 1.4}});
  expect_same_motion(interpolate(a, b, 0), a, 1e-15);
  expect_same_motion(interpolate(a, b, 1), b, 1e-15);
  expect_same_motion(interpolate(a, b, 0.25), from_euler({{1, -2, 0.5}, {0, 0, 0.5}}), 1e-12);
}

TEST(Pose, InterpolatesTheShorterWayRound) {
  const Pose a = from_euler({{}, {0, 0, 0.9 * kPi}});
  Pose b = from_euler({{}, {0, 0, -0.9 * kPi}});
  b.rotation = {-b.rotation.w, -b.rotation.x, -b.rotation.y, -b.rotation.z};
  expect_same_motion(interpolate(a, b, 0.5), from_euler({{}, {0, 0, kPi}}), 1e-12);
}

TEST(Pose, NormalizedMendsAnyQuaternion) {
  EXPECT_EQ(normalized({{0, 0, 0, 0}, {1, 2, 3}}), (Pose{{}, {1, 2, 3}}));
  EXPECT_EQ(normalized({{0, 0, 5, 0}, {}}).rotation, (Quaternion{0, 0, 1, 0}));
}

}  // namespace
}  // namespace aesel::geometry
