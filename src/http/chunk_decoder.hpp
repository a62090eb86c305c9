// ChunkDecoder: the framing of a chunked body (RFC 9112, 7.1), without the bytes themselves, which stay where
// they are. Strict about line ends and lengths, because what two servers read differently can be abused.
#pragma once

#include <cstdint>
#include <string_view>

namespace aesel::http {

class ChunkDecoder {
 public:
  enum class State {
    kFraming,  // more bytes are needed to say
    kPayload,  // the next payload_left() bytes belong to the body
    kDone,     // the body and its trailers have ended
    kBad,      // not a chunked body
  };

  State state() const { return state_; }
  std::uint64_t payload_left() const { return payload_left_; }

  /// Reads framing from the front of `bytes` until payload begins, the body ends or there are no more.
  /// Returns how many bytes that took. REQUIRES: state() is kFraming.
  std::size_t advance(std::string_view bytes);
  /// `bytes` of payload were taken. REQUIRES: at most payload_left().
  void take(std::uint64_t bytes);

  static constexpr int kLineBytesMax = 4096;      // a chunk's size with its extensions
  static constexpr int kTrailerBytesMax = 16384;  // all trailers
  static constexpr int kSizeDigitsMax = 15;       // so that a size cannot overflow

 private:
  enum class Expect { kSize, kExtension, kSizeEnd, kPayloadCr, kPayloadLf, kTrailer, kTrailerEnd };
  void on_byte(char c);
  void on_size(char c);
  void on_trailer(char c);
  void end_size_line();

  State state_ = State::kFraming;
  Expect expect_ = Expect::kSize;
  std::uint64_t payload_left_ = 0;
  std::uint64_t size_ = 0;
  int digits_ = 0;
  int line_bytes_ = 0;
  int trailer_bytes_ = 0;
};

}  // namespace aesel::http
