// MultipartParser: reads multipart/form-data (RFC 7578, RFC 2046) that arrives in pieces of any size. It is
// asked for one event after the other, so that a coroutine can wait for a store between them. Pure; data is
// passed on without a copy, at the speed of memmem (bench/multipart_bench: 17 to 70 GB/s; 0.8 at worst).
//
// Memory: the head of one part, whatever comes. Limits are below; what exceeds one is an error.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace aesel::assets {

inline constexpr std::size_t kPartHeadBytesMax = 16 * 1024;
inline constexpr std::size_t kPartNameBytesMax = 1024;
inline constexpr std::size_t kPartsMax = 100;

/// Why the input is not accepted.
enum class MultipartErrc {
  kBadDelimiter = 1,  // something else than a line end, or -- and the end, after a boundary
  kBadHead,           // the head of a part is not a list of headers with a form-data disposition and a name
  kHeadTooLong,       // kPartHeadBytesMax
  kNameTooLong,       // kPartNameBytesMax
  kTooManyParts,      // kPartsMax
  kCutOff,            // the input ends before its last boundary
};
std::string_view to_text(MultipartErrc code);
/// Is it too big rather than wrong?
bool is_limit(MultipartErrc code);

/// What separates the parts, from a request's Content-Type.
enum class BoundaryErrc {
  kOtherType = 1,  // it is not multipart/form-data
  kNoBoundary,     // it is, but without a usable boundary: 1 to 70 printable characters
};
Result<std::string, BoundaryErrc> boundary_of(std::string_view content_type);

struct PartHead {
  std::string name;                     // of the form's field
  std::optional<std::string> filename;  // as the sender's system calls it, perhaps with folders

  friend bool operator==(const PartHead&, const PartHead&) = default;
};

class MultipartParser {
 public:
  enum class Event {
    kMore,    // the piece is used up; give the next one, or call finish()
    kBegin,   // a part begins; head() describes it
    kData,    // some of its content, in data(); never empty
    kEnd,     // it ended; only finish() tells whether the whole input was good
    kFailed,  // error() says why; final
  };

  /// REQUIRES: `boundary` came from boundary_of().
  explicit MultipartParser(std::string_view boundary);

  /// Takes what it has read off the front of `piece`. Call it with the same piece until it says kMore.
  Event next(std::string_view& piece);
  /// The input has ended. Error: kCutOff, or what error() says.
  Result<void, MultipartErrc> finish() const;

  /// Valid between kBegin and the next call after kEnd.
  const PartHead& head() const { return head_; }
  /// Valid until the next call, and no longer than the piece.
  std::string_view data() const { return data_; }
  MultipartErrc error() const { return error_; }

 private:
  enum class State { kContent, kAfterBoundary, kPadding, kClosing, kLineEnd, kHead, kEpilogue, kFailed };

  Event read_content(std::string_view& piece);
  Event read_after_boundary(std::string_view& piece);
  Event read_head(std::string_view& piece);
  Event content(std::string_view bytes);
  Event end_content();
  Event fail(MultipartErrc code);
  std::optional<MultipartErrc> parse_head();

  std::string delimiter_;  // the line end before a boundary belongs to it
  State state_ = State::kContent;
  bool in_part_ = false;     // false: before the first boundary, where content is thrown away
  std::size_t matched_ = 2;  // so much of the delimiter ended the last piece; the input begins a line
  std::size_t parts_ = 0;
  std::string head_text_;
  PartHead head_;
  std::string_view data_;
  MultipartErrc error_ = MultipartErrc::kCutOff;
};

}  // namespace aesel::assets
