// BodyReader: the body of a message, read piece by piece from a connection behind the message's head.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <cstdint>
#include <optional>
#include <span>

#include "http/chunk_decoder.hpp"
#include "http/transport.hpp"

namespace aesel::http {

/// How a body ends.
struct Framing {
  enum class Kind { kLength, kChunked, kUntilClose };
  Kind kind = Kind::kLength;
  std::uint64_t bytes = 0;  // of kLength
};

/// Thread: the connection's. The transport and the buffer, which may hold the first bytes of the body and in
/// the end holds what came after it, outlive the reader.
class BodyReader {
 public:
  BodyReader(Transport& transport, boost::beast::flat_buffer& buffer, Framing framing)
      : transport_(transport), buffer_(buffer), framing_(framing), left_(framing.bytes) {}

  /// 0 at the end. Errors, which are final: connection_reset when the body is cut off, bad_message when the
  /// chunks make no sense, and those of the connection.
  Task<Result<std::size_t>> read(std::span<char> into);

  bool done() const;
  /// Takes what has arrived already, without keeping it. Is that the end of the body?
  bool skip_buffered();
  /// How much is still to come, if that is known.
  std::optional<std::uint64_t> left() const;

 private:
  std::size_t take_buffered(std::span<char> into);
  void advance_framing();
  std::uint64_t payload_left() const;
  void consumed(std::uint64_t bytes);

  Transport& transport_;
  boost::beast::flat_buffer& buffer_;
  Framing framing_;
  ChunkDecoder chunks_;
  std::uint64_t left_;
  bool ended_ = false;  // kUntilClose: the peer has closed
};

}  // namespace aesel::http
