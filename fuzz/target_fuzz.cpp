// Request targets: decoding once must give segments without a NUL, and never read beyond the text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  aesel::http::Request request;
  if (!aesel::http::parse_target({reinterpret_cast<const char*>(data), size}, request)) return 0;
  for (const std::string& segment : request.segments) {
    if (segment.empty() || segment.find('\0') != segment.npos) std::abort();
  }
  return 0;
}
