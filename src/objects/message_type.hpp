// MessageType: the number of a route, which is also the msg_type of its response and of its event.
#pragma once

#include <string_view>

namespace aesel::objects {

enum class MessageType : int {
  kObjectCreate = 0,
  kObjectUpdate = 1,
  kObjectGet = 2,
  kObjectDelete = 3,
  kObjectQuery = 4,
  kObjectLock = 5,
  kObjectUnlock = 6,
  kPropertyCreate = 8,
  kPropertyUpdate = 9,
  kPropertyGet = 10,
  kPropertyDelete = 11,
  kPropertyQuery = 12,
  kAssetAdd = 13,
  kAssetRemove = 14,
  kObjectKeyframeCreate = 15,
  kObjectKeyframeUpdate = 16,
  kObjectKeyframeDelete = 18,
  kObjectActionCreate = 19,
  kObjectActionUpdate = 20,
  kObjectActionDelete = 22,
  kPropertyKeyframeCreate = 23,
  kPropertyKeyframeUpdate = 24,
  kPropertyKeyframeDelete = 26,
  kPropertyActionCreate = 27,
  kPropertyActionUpdate = 28,
  kPropertyActionDelete = 30,
};

}  // namespace aesel::objects
