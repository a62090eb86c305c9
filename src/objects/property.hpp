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

/// Do the two differ in nothing but the values?
inline bool same_body(const Property& a, const Property& b) {
  return a.name == b.name && a.scene == b.scene && a.parent == b.parent && a.asset_sub_id == b.asset_sub_id &&
         a.actions == b.actions;
}
inline bool same_state(const Property& a, const Property& b) {
  return a.values == b.values && a.count == b.count;
}

}  // namespace aesel::objects
