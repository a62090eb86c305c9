// Object: something in 3-space that devices render and move.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "objects/action.hpp"
#include "objects/matrix.hpp"

namespace aesel::objects {

struct Object {
  ObjectId id;
  std::string name;
  std::string scene;
  std::string type;
  std::string subtype;
  std::string owner;  // the device that holds the lock; "": free
  std::string parent;
  std::string asset_sub_id;
  std::vector<std::string> assets;
  Matrix transform = kIdentity;
  std::map<std::string, ObjectAction> actions;  // by name

  friend bool operator==(const Object&, const Object&) = default;
};

/// Do the two differ in nothing but the transform?
inline bool same_body(const Object& a, const Object& b) {
  return a.name == b.name && a.scene == b.scene && a.type == b.type && a.subtype == b.subtype &&
         a.owner == b.owner && a.parent == b.parent && a.asset_sub_id == b.asset_sub_id &&
         a.assets == b.assets && a.actions == b.actions;
}
inline bool same_state(const Object& a, const Object& b) {
  return a.transform == b.transform;
}

}  // namespace aesel::objects
