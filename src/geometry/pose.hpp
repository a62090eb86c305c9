// Pose: a rigid motion of 3-space (an element of SE(3)), the one way in which Aesel relates two coordinate
// systems. A unit quaternion and a translation, in doubles. Rotation and translation are always composed
// together; on the wire a pose is three Euler angles and a translation, or a 4x4 row-major matrix.
//
// Formulas: Murray, Li, Sastry, "A Mathematical Introduction to Robotic Manipulation" (1994), chapter 2, for
// SE(3); Diebel, "Representing Attitude" (2006), for Euler angles; Shoemake, "Animating Rotation with
// Quaternion Curves" (SIGGRAPH 1985), for slerp. Everything here is a pure function and safe on every thread.
#pragma once

#include <array>
#include <optional>
#include <span>

namespace aesel::geometry {

struct Vector3 {
  double x = 0, y = 0, z = 0;
  friend bool operator==(const Vector3&, const Vector3&) = default;
};

/// w + xi + yj + zk, of length 1 wherever it describes a rotation; q and -q are the same rotation.
struct Quaternion {
  double w = 1, x = 0, y = 0, z = 0;
  friend bool operator==(const Quaternion&, const Quaternion&) = default;
};

/// Maps a point p to R p + t. A default pose is the identity.
struct Pose {
  Quaternion rotation;
  Vector3 translation;
  friend bool operator==(const Pose&, const Pose&) = default;
};

/// Row-major, column vectors: the translation is in elements 3, 7 and 11.
using Matrix16 = std::array<double, 16>;

/// R p + t.
Vector3 apply(const Pose& pose, const Vector3& point);

/// `first`, followed by `then`: R = R2 R1, t = R2 t1 + t2.
Pose compose(const Pose& first, const Pose& then);

/// R' = R^T, t' = -R^T t.
Pose inverse(const Pose& pose);

/// Translation, and Euler angles in radians about x, y and z with R = Rx(x) Ry(y) Rz(z) for column vectors
/// (right-handed, active). Every finite angle is accepted.
struct EulerPose {
  Vector3 translation;
  Vector3 rotation;
  friend bool operator==(const EulerPose&, const EulerPose&) = default;
};
Pose from_euler(const EulerPose& euler);

/// The canonical angles of the same rotation: x and z in (-pi, pi], y in [-pi/2, pi/2]; never a negative
/// zero. In gimbal lock (y = +-pi/2), where only a sum of x and z is determined, x is 0.
EulerPose to_euler(const Pose& pose);

/// Nothing if the matrix is not a rigid motion: its upper left 3x3 part must be a rotation to 1e-6 in every
/// element of R^T R - I and its last row 0 0 0 1 to 1e-9. REQUIRES: 16 elements.
std::optional<Pose> from_matrix(std::span<const double> row_major);
Matrix16 to_matrix(const Pose& pose);

/// From `a` (t = 0) to `b` (t = 1): the translation along a straight line, the rotation by slerp, the shorter
/// way round. REQUIRES: 0 <= t <= 1.
Pose interpolate(const Pose& a, const Pose& b, double t);

/// The same pose with its quaternion scaled to length 1; the identity rotation if it has no length at all.
Pose normalized(const Pose& pose);

}  // namespace aesel::geometry
