#include "http/chunk_decoder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>

namespace aesel::http {
namespace {

struct Decoded {
  std::string body;
  ChunkDecoder::State state;
  std::size_t used;
};

/// Decodes bytes that arrive in pieces of `piece`.
Decoded decode(std::string_view bytes, std::size_t piece) {
  ChunkDecoder decoder;
  Decoded result{{}, decoder.state(), 0};
  while (result.used < bytes.size()) {
    const std::string_view here = bytes.substr(result.used, piece);
    std::size_t n = 0;
    if (decoder.state() == ChunkDecoder::State::kFraming) {
      n = decoder.advance(here);
    } else if (decoder.state() == ChunkDecoder::State::kPayload) {
      n = std::min<std::size_t>(here.size(), decoder.payload_left());
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

TEST(ChunkDecoder, FindsPayloadHoweverTheBytesArrive) {
  const std::string bytes = "3\r\nabc\r\nA;name=\"value\"\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nGET /";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const Decoded decoded = decode(bytes, piece);
    EXPECT_EQ(decoded.state, ChunkDecoder::State::kDone);
    EXPECT_EQ(decoded.body, "abc0123456789");
    EXPECT_EQ(bytes.substr(decoded.used), "GET /");
  }
}

TEST(ChunkDecoder, TakesAnEmptyBody) {
  EXPECT_EQ(decode("0\r\n\r\n", 100).state, ChunkDecoder::State::kDone);
}

TEST(ChunkDecoder, RefusesWhatIsNotChunked) {
  for (const char* bad :
       {"x\r\n", "\r\n", ";x\r\n", "-1\r\n", "0x3\r\nabc", "3\nabc", "3\r\nabcd\r\n", "3\r\nabc\n0\r\n",
        "3\rabc", "1000000000000000\r\n", "0\r\n\n", "0\r\nA: b\n\r\n", "0\r\nA: b\rC", " 3\r\nabc"}) {
    EXPECT_EQ(decode(bad, 100).state, ChunkDecoder::State::kBad) << bad;
  }
}

TEST(ChunkDecoder, LimitsExtensionsAndTrailers) {
  EXPECT_EQ(decode("1;" + std::string(5000, 'x'), 100).state, ChunkDecoder::State::kBad);
  std::string trailers = "0\r\n";
  for (int i = 0; i < 2000; ++i) trailers += "A: aaaaaaaa\r\n";
  EXPECT_EQ(decode(trailers, 100).state, ChunkDecoder::State::kBad);
}

}  // namespace
}  // namespace aesel::http
