// Every JSON body that the objects service reads. The first byte chooses the decoder.
#include <cstdint>
#include <string_view>

#include "objects/request.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aesel::objects;
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 6) {
    case 0:
      static_cast<void>(parse_object_list(body));
      break;
    case 1:
      static_cast<void>(parse_property_list(body));
      break;
    case 2:
      static_cast<void>(parse_object_action(body));
      break;
    case 3:
      static_cast<void>(parse_property_action(body));
      break;
    case 4:
      static_cast<void>(parse_object_keyframe(body));
      break;
    case 5:
      static_cast<void>(parse_property_keyframe(body));
      break;
  }
  return 0;
}
