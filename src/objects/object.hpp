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

}  // namespace aesel::objects
