#include "geometry/pose.hpp"

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <cmath>
#include <numbers>

#include "base/check.hpp"

namespace aesel::geometry {
namespace {

// Below this length of (R12, R22) the angle about x is noise; the error of calling it 0 is as small.
constexpr double kGimbalLock = 1e-12;

Eigen::Quaterniond to_eigen(const Quaternion& q) {
  return {q.w, q.x, q.y, q.z};
}
Eigen::Vector3d to_eigen(const Vector3& v) {
  return {v.x, v.y, v.z};
}
Vector3 from_eigen(const Eigen::Vector3d& v) {
  return {v.x(), v.y(), v.z()};
}

Quaternion from_eigen(const Eigen::Quaterniond& q) {
  const double length = q.norm();
  if (!(length > 0)) return {};
  return {q.w() / length, q.x() / length, q.y() / length, q.z() / length};
}

/// atan2 with a range of (-pi, pi] and without negative zeros.
double angle(double sine, double cosine) {
  const double radians = std::atan2(sine + 0.0, cosine + 0.0) + 0.0;
  return radians == -std::numbers::pi ? std::numbers::pi : radians;
}

Vector3 euler_angles(const Eigen::Matrix3d& r) {
  const double y = angle(r(0, 2), std::hypot(r(0, 0), r(0, 1)));
  double x = 0;
  if (std::hypot(r(1, 2), r(2, 2)) > kGimbalLock) x = angle(0.0 - r(1, 2), r(2, 2));
  const double sin_x = std::sin(x);
  const double cos_x = std::cos(x);
  const double z = angle(cos_x * r(1, 0) + sin_x * r(2, 0), cos_x * r(1, 1) + sin_x * r(2, 1));
  return {x, y, z};
}

}  // namespace

Vector3 apply(const Pose& pose, const Vector3& point) {
  return from_eigen(to_eigen(pose.rotation) * to_eigen(point) + to_eigen(pose.translation));
}

Pose compose(const Pose& first, const Pose& then) {
  return {from_eigen(to_eigen(then.rotation) * to_eigen(first.rotation)), apply(then, first.translation)};
}

Pose inverse(const Pose& pose) {
  const Eigen::Quaterniond back = to_eigen(pose.rotation).conjugate();
  return {from_eigen(back), from_eigen(-(back * to_eigen(pose.translation)))};
}

Pose from_euler(const EulerPose& euler) {
  const Eigen::Quaterniond q = Eigen::AngleAxisd(euler.rotation.x, Eigen::Vector3d::UnitX()) *
                               Eigen::AngleAxisd(euler.rotation.y, Eigen::Vector3d::UnitY()) *
                               Eigen::AngleAxisd(euler.rotation.z, Eigen::Vector3d::UnitZ());
  return {from_eigen(q), euler.translation};
}

EulerPose to_euler(const Pose& pose) {
  const Vector3& t = pose.translation;
  return {{t.x + 0.0, t.y + 0.0, t.z + 0.0}, euler_angles(to_eigen(pose.rotation).toRotationMatrix())};
}

std::optional<Pose> from_matrix(std::span<const double> row_major) {
  CHECK(row_major.size() == 16);
  using RowMajor = Eigen::Matrix<double, 4, 4, Eigen::RowMajor>;
  const Eigen::Map<const RowMajor> m(row_major.data());
  const Eigen::Matrix3d r = m.topLeftCorner<3, 3>();
  if (!m.allFinite()) return std::nullopt;
  if ((m.row(3) - Eigen::RowVector4d(0, 0, 0, 1)).cwiseAbs().maxCoeff() > 1e-9) return std::nullopt;
  if ((r.transpose() * r - Eigen::Matrix3d::Identity()).cwiseAbs().maxCoeff() > 1e-6) return std::nullopt;
  if (r.determinant() < 0) return std::nullopt;
  return Pose{from_eigen(Eigen::Quaterniond(r)), from_eigen(Eigen::Vector3d(m.topRightCorner<3, 1>()))};
}

Matrix16 to_matrix(const Pose& pose) {
  const Eigen::Matrix3d r = to_eigen(pose.rotation).toRotationMatrix();
  const Vector3& t = pose.translation;
  return {r(0, 0), r(0, 1), r(0, 2), t.x, r(1, 0), r(1, 1), r(1, 2), t.y,
          r(2, 0), r(2, 1), r(2, 2), t.z, 0,       0,       0,       1};
}

Pose interpolate(const Pose& a, const Pose& b, double t) {
  const Eigen::Vector3d from = to_eigen(a.translation);
  const Eigen::Vector3d to = to_eigen(b.translation);
  return {from_eigen(to_eigen(a.rotation).slerp(t, to_eigen(b.rotation))),
          from_eigen(Eigen::Vector3d((1 - t) * from + t * to))};
}

Pose normalized(const Pose& pose) {
  return {from_eigen(to_eigen(pose.rotation)), pose.translation};
}

}  // namespace aesel::geometry
