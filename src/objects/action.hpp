// Action: a named animation of an object or of a property: its keyframes by frame number. A keyframe is kept
// small, because a recorded scene has a hundred thousand of them: handles exist only where one is not
// default.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "objects/boxed.hpp"
#include "objects/matrix.hpp"

namespace aesel::objects {

/// Control points of a curve at a keyframe. The types are free text.
struct Handle {
  std::string left_type;
  double left_x = 0;
  double left_y = 0;
  std::string right_type;
  double right_x = 0;
  double right_y = 0;

  friend bool operator==(const Handle&, const Handle&) = default;
};

/// Handles 0 to 2: translation x, y, z; 3 to 6: rotation w, x, y, z; 7 to 9: scale x, y, z.
using ObjectHandles = std::array<Handle, 10>;

struct ObjectKeyframe {
  Matrix transform = kIdentity;
  std::string owner;
  Boxed<ObjectHandles> handles;  // absent: all are default

  friend bool operator==(const ObjectKeyframe&, const ObjectKeyframe&) = default;
};

inline constexpr std::size_t kPropertyValuesMax = 4;

struct PropertyKeyframe {
  std::array<double, kPropertyValuesMax> values{};  // those from `count` on are 0
  std::uint8_t count = 0;
  Boxed<std::array<Handle, kPropertyValuesMax>> handles;

  friend bool operator==(const PropertyKeyframe&, const PropertyKeyframe&) = default;
};

template <class Keyframe>
struct Action {
  std::string description;
  std::string owner;
  std::map<std::int32_t, Keyframe> keyframes;

  friend bool operator==(const Action&, const Action&) = default;
};

using ObjectAction = Action<ObjectKeyframe>;
using PropertyAction = Action<PropertyKeyframe>;

}  // namespace aesel::objects
