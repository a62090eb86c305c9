// Pose: a matrix composed of translation, rotation and scale, as Blender composes it.
#pragma once

#include <array>
#include <optional>

#include "objects/matrix.hpp"

namespace aesel::objects {

struct Pose {
  std::array<double, 3> translation{0, 0, 0};
  std::optional<std::array<double, 3>> euler;       // radians; order XYZ: X is applied first
  std::optional<std::array<double, 4>> quaternion;  // w, x, y, z; of any length but 0; used without euler
  std::array<double, 3> scale{1, 1, 1};
};

/// translation * rotation * scale: scale is applied first. Nothing if a number overflows.
std::optional<Matrix> compose(const Pose& pose);

}  // namespace aesel::objects
