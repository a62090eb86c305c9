#include "http/body_reader.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace aesel::http {
namespace {

namespace asio = boost::asio;
namespace errc = boost::system::errc;

constexpr std::size_t kFramingBytes = 4u << 10;  // read at once when the next bytes are a chunk's framing

std::string_view text_of(const boost::beast::flat_buffer& buffer) {
  const auto bytes = buffer.cdata();
  return {static_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

bool BodyReader::done() const {
  if (framing_.kind == Framing::Kind::kLength) return left_ == 0;
  if (framing_.kind == Framing::Kind::kChunked) return chunks_.state() == ChunkDecoder::State::kDone;
  return ended_;
}

std::optional<std::uint64_t> BodyReader::left() const {
  if (done()) return 0;
  if (framing_.kind != Framing::Kind::kLength) return {};
  return left_;
}

/// How many of the next bytes belong to the body; 0 if framing comes first.
std::uint64_t BodyReader::payload_left() const {
  if (framing_.kind == Framing::Kind::kLength) return left_;
  if (framing_.kind == Framing::Kind::kChunked) return chunks_.payload_left();
  return std::numeric_limits<std::uint64_t>::max();
}

void BodyReader::consumed(std::uint64_t bytes) {
  if (framing_.kind == Framing::Kind::kLength) left_ -= bytes;
  if (framing_.kind == Framing::Kind::kChunked) chunks_.take(bytes);
}

void BodyReader::advance_framing() {
  if (framing_.kind != Framing::Kind::kChunked || chunks_.state() != ChunkDecoder::State::kFraming) return;
  buffer_.consume(chunks_.advance(text_of(buffer_)));
}

std::size_t BodyReader::take_buffered(std::span<char> into) {
  std::size_t taken = 0;
  for (;;) {
    advance_framing();
    const std::uint64_t wanted = std::min<std::uint64_t>(into.size() - taken, payload_left());
    const std::size_t bytes = std::min<std::uint64_t>(wanted, buffer_.size());
    if (bytes == 0 || done()) return taken;
    std::memcpy(into.data() + taken, buffer_.cdata().data(), bytes);
    buffer_.consume(bytes);
    consumed(bytes);
    taken += bytes;
  }
}

bool BodyReader::skip_buffered() {
  for (;;) {
    advance_framing();
    const std::size_t bytes = std::min<std::uint64_t>(payload_left(), buffer_.size());
    if (bytes == 0 || done()) return done();
    buffer_.consume(bytes);
    consumed(bytes);
  }
}

Task<Result<std::size_t>> BodyReader::read(std::span<char> into) {
  for (;;) {
    const std::size_t taken = take_buffered(into);
    if (taken > 0 || done() || into.empty()) co_return taken;
    if (chunks_.state() == ChunkDecoder::State::kBad) co_return make_error_code(errc::bad_message);
    // The buffer is empty now: payload goes straight to where it is wanted, framing into the buffer.
    const std::uint64_t payload = payload_left();
    asio::mutable_buffer space;
    if (payload > 0)
      space = asio::buffer(into.data(), std::min<std::uint64_t>(into.size(), payload));
    else
      space = buffer_.prepare(kFramingBytes);
    auto [error, bytes] = co_await transport_.read_some(space);
    if (error == asio::error::eof && framing_.kind == Framing::Kind::kUntilClose) {
      ended_ = true;
      co_return std::size_t{0};
    }
    if (error == asio::error::eof) co_return make_error_code(errc::connection_reset);
    if (error) co_return error;
    if (payload > 0) {
      consumed(bytes);
      co_return bytes;
    }
    buffer_.commit(bytes);
  }
}

}  // namespace aesel::http
