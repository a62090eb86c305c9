#include "http/chunk_decoder.hpp"

namespace aesel::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::size_t ChunkDecoder::advance(std::string_view bytes) {
  std::size_t used = 0;
  while (used < bytes.size() && state_ == State::kFraming) on_byte(bytes[used++]);
  return used;
}

void ChunkDecoder::take(std::uint64_t bytes) {
  payload_left_ -= bytes;
  if (payload_left_ > 0) return;
  state_ = State::kFraming;
  expect_ = Expect::kPayloadCr;
}

void ChunkDecoder::on_byte(char c) {
  const auto demand = [&](char expected, Expect next) {
    if (c != expected) state_ = State::kBad;
    expect_ = next;
  };
  switch (expect_) {
    case Expect::kSize:
    case Expect::kExtension:
      return on_size(c);
    case Expect::kSizeEnd:
      if (c != '\n') {
        state_ = State::kBad;
        return;
      }
      return end_size_line();
    case Expect::kPayloadCr:
      return demand('\r', Expect::kPayloadLf);
    case Expect::kPayloadLf:
      return demand('\n', Expect::kSize);
    case Expect::kTrailer:
    case Expect::kTrailerEnd:
      return on_trailer(c);
  }
}

void ChunkDecoder::on_size(char c) {
  if (++line_bytes_ > kLineBytesMax || c == '\n') {
    state_ = State::kBad;
    return;
  }
  if (c == '\r') {
    if (digits_ == 0) state_ = State::kBad;
    expect_ = Expect::kSizeEnd;
    return;
  }
  if (expect_ == Expect::kExtension) return;
  if (digits_ > 0 && (c == ';' || c == ' ' || c == '\t')) {
    expect_ = Expect::kExtension;
    return;
  }
  const int value = hex_value(c);
  if (value < 0 || ++digits_ > kSizeDigitsMax) {
    state_ = State::kBad;
    return;
  }
  size_ = size_ * 16 + static_cast<std::uint64_t>(value);
}

void ChunkDecoder::end_size_line() {
  payload_left_ = size_;
  size_ = 0;
  digits_ = 0;
  line_bytes_ = 0;
  expect_ = Expect::kTrailer;
  if (payload_left_ > 0) state_ = State::kPayload;
}

/// Trailers are read and dropped; the body ends with an empty line. line_bytes_ counts the present line.
void ChunkDecoder::on_trailer(char c) {
  if (++trailer_bytes_ > kTrailerBytesMax) {
    state_ = State::kBad;
    return;
  }
  if (expect_ == Expect::kTrailerEnd) {
    if (c != '\n') {
      state_ = State::kBad;
      return;
    }
    if (line_bytes_ == 0) state_ = State::kDone;
    line_bytes_ = 0;
    expect_ = Expect::kTrailer;
    return;
  }
  if (c == '\n') {
    state_ = State::kBad;
    return;
  }
  if (c == '\r') {
    expect_ = Expect::kTrailerEnd;
    return;
  }
  ++line_bytes_;
}

}  // namespace aesel::http
