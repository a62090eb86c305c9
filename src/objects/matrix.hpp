// Matrix: a 4x4 transform as 16 doubles, row-major, column vectors: the translation is in elements 3, 7, 11.
#pragma once

#include <array>

namespace aesel::objects {

using Matrix = std::array<double, 16>;

inline constexpr Matrix kIdentity{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};

}  // namespace aesel::objects
