// Property: up to four doubles that change over time, perhaps belonging to an object.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "base/ids.hpp"
#include "objects/action.hpp"

namespace aesel::objects {

struct Property {
  PropertyId id;
  std::string name;
  std::string scene;
  std::string parent;
  std::string asset_sub_id;
  std::array<double, kPropertyValuesMax> values{};  // those from `count` on are 0
  std::uint8_t count = 0;
  std::map<std::string, PropertyAction> actions;  // by name

  std::span<const double> used() const { return {values.data(), count}; }
  friend bool operator==(const Property&, const Property&) = default;
};

}  // namespace aesel::objects
