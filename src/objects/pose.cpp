#include "objects/pose.hpp"

#include <cmath>

namespace aesel::objects {
namespace {

using Rotation = std::array<double, 9>;  // row-major

/// Rz * Ry * Rx.
Rotation rotation_of_euler(const std::array<double, 3>& euler) {
  const double cx = std::cos(euler[0]), sx = std::sin(euler[0]);
  const double cy = std::cos(euler[1]), sy = std::sin(euler[1]);
  const double cz = std::cos(euler[2]), sz = std::sin(euler[2]);
  return {cy * cz,
          sx * sy * cz - cx * sz,
          cx * sy * cz + sx * sz,
          cy * sz,
          sx * sy * sz + cx * cz,
          cx * sy * sz - sx * cz,
          -sy,
          sx * cy,
          cx * cy};
}

Rotation rotation_of_quaternion(const std::array<double, 4>& q) {
  const double length = std::hypot(std::hypot(q[0], q[1]), std::hypot(q[2], q[3]));
  if (!(length > 0)) return {1, 0, 0, 0, 1, 0, 0, 0, 1};
  const double w = q[0] / length, x = q[1] / length, y = q[2] / length, z = q[3] / length;
  return {1 - 2 * (y * y + z * z), 2 * (x * y - w * z),     2 * (x * z + w * y),
          2 * (x * y + w * z),     1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
          2 * (x * z - w * y),     2 * (y * z + w * x),     1 - 2 * (x * x + y * y)};
}

}  // namespace

std::optional<Matrix> compose(const Pose& pose) {
  Rotation rotation{1, 0, 0, 0, 1, 0, 0, 0, 1};
  if (pose.quaternion) rotation = rotation_of_quaternion(*pose.quaternion);
  if (pose.euler) rotation = rotation_of_euler(*pose.euler);
  Matrix matrix = kIdentity;
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      matrix[4 * row + column] = rotation[3 * row + column] * pose.scale[column];
    }
    matrix[4 * row + 3] = pose.translation[row];
  }
  for (const double number : matrix) {
    if (!std::isfinite(number)) return std::nullopt;
  }
  return matrix;
}

}  // namespace aesel::objects
