// Chunked bodies: however the bytes are cut into pieces, the payload and the end are the same.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/chunk_decoder.hpp"

namespace {

using aesel::http::ChunkDecoder;

struct Decoded {
  std::string body;
  std::size_t used = 0;
  ChunkDecoder::State state = ChunkDecoder::State::kFraming;
};

Decoded decode(std::string_view bytes, std::size_t piece) {
  ChunkDecoder decoder;
  Decoded result;
  while (result.used < bytes.size()) {
    const std::string_view here = bytes.substr(result.used, piece);
    std::size_t n = 0;
    if (decoder.state() == ChunkDecoder::State::kFraming) {
      n = decoder.advance(here);
      if (n == 0 || n > here.size()) std::abort();
    } else if (decoder.state() == ChunkDecoder::State::kPayload) {
      if (decoder.payload_left() == 0) std::abort();
      n = std::min<std::uint64_t>(here.size(), decoder.payload_left());
      result.body += here.substr(0, n);
      decoder.take(n);
    } else {
      break;
    }
    result.used += n;
  }
  result.state = decoder.state();
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Decoded at_once = decode(text, text.size() + 1);
  const Decoded in_pieces = decode(text, std::size_t{1} + data[0] % 16);
  if (at_once.body != in_pieces.body || at_once.used != in_pieces.used || at_once.state != in_pieces.state)
    std::abort();
  return 0;
}
