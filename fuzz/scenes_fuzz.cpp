// The JSON bodies of the scenes service.
#include <cstdint>
#include <string_view>

#include "scenes/scene_codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static_cast<void>(aesel::scenes::decode_request({reinterpret_cast<const char*>(data), size}));
  return 0;
}
