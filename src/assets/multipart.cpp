#include "assets/multipart.hpp"

#include <string.h>

#include <algorithm>
#include <utility>

#include "assets/header_value.hpp"

namespace aesel::assets {
namespace {

constexpr std::size_t kBoundaryBytesMax = 70;

bool same_name(std::string_view name, std::string_view lower_case) {
  return std::ranges::equal(name, lower_case, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

/// Where `needle` begins in `text`, or npos. std::string_view::find is ten times slower.
std::size_t find_fast(std::string_view text, std::string_view needle) {
  const void* const at = ::memmem(text.data(), text.size(), needle.data(), needle.size());
  if (at == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
}

}  // namespace

std::string_view to_text(MultipartErrc code) {
  switch (code) {
    case MultipartErrc::kBadDelimiter:
      return "a multipart boundary is followed by neither a line end nor '--'";
    case MultipartErrc::kBadHead:
      return "a multipart part needs the header Content-Disposition: form-data; name=\"...\"";
    case MultipartErrc::kHeadTooLong:
      return "the headers of a multipart part are longer than 16 KiB";
    case MultipartErrc::kNameTooLong:
      return "the name of a multipart part is longer than 1 KiB";
    case MultipartErrc::kTooManyParts:
      return "there are more than 100 multipart parts";
    case MultipartErrc::kCutOff:
      break;
  }
  return "the multipart body ends before its last boundary";
}

bool is_limit(MultipartErrc code) {
  return code == MultipartErrc::kHeadTooLong || code == MultipartErrc::kNameTooLong ||
         code == MultipartErrc::kTooManyParts;
}

Result<std::string, BoundaryErrc> boundary_of(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find_first_of("; \t"));
  if (!same_name(type, "multipart/form-data")) return BoundaryErrc::kOtherType;
  const std::optional<HeaderValue> header = parse_header_value(content_type);
  const std::string* const boundary = header ? header->parameter("boundary") : nullptr;
  const bool usable = boundary != nullptr && !boundary->empty() && boundary->size() <= kBoundaryBytesMax &&
                      boundary->back() != ' ' &&
                      std::ranges::all_of(*boundary, [](char c) { return c >= 0x20 && c < 0x7F; });
  if (!usable) return BoundaryErrc::kNoBoundary;
  return *boundary;
}

MultipartParser::MultipartParser(std::string_view boundary) : delimiter_("\r\n--" + std::string(boundary)) {}

MultipartParser::Event MultipartParser::next(std::string_view& piece) {
  while (!piece.empty() && state_ != State::kFailed) {
    Event event = Event::kMore;
    switch (state_) {
      case State::kContent:
        event = read_content(piece);
        break;
      case State::kHead:
        event = read_head(piece);
        break;
      case State::kEpilogue:
        piece = {};
        break;
      default:
        event = read_after_boundary(piece);
    }
    if (event != Event::kMore) return event;
  }
  return state_ == State::kFailed ? Event::kFailed : Event::kMore;
}

Result<void, MultipartErrc> MultipartParser::finish() const {
  if (state_ != State::kEpilogue) return error_;
  return {};
}

/// A carriage return is only at the front of the delimiter. So what began to match and then differs is
/// content up to the difference, and only the last carriage return of a piece can begin a match.
MultipartParser::Event MultipartParser::read_content(std::string_view& piece) {
  if (matched_ > 0) {
    const std::string_view wanted = std::string_view(delimiter_).substr(matched_);
    const auto differ = std::mismatch(piece.begin(), piece.end(), wanted.begin(), wanted.end());
    const auto same = static_cast<std::size_t>(differ.first - piece.begin());
    piece.remove_prefix(same);
    matched_ += same;
    if (matched_ == delimiter_.size()) return end_content();
    if (piece.empty()) return Event::kMore;
    return content(std::string_view(delimiter_).substr(0, std::exchange(matched_, 0)));
  }
  const std::size_t at = find_fast(piece, delimiter_);
  if (at == 0) {
    piece.remove_prefix(delimiter_.size());
    return end_content();
  }
  std::size_t end = std::min(at, piece.size());
  if (at == piece.npos) {
    const std::string_view tail = piece.substr(piece.size() - std::min(piece.size(), delimiter_.size()));
    const std::size_t last_return = tail.rfind('\r');
    if (last_return != tail.npos && delimiter_.starts_with(tail.substr(last_return))) {
      matched_ = tail.size() - last_return;
      end = piece.size() - matched_;
    }
  }
  const std::string_view bytes = piece.substr(0, end);
  piece.remove_prefix(end + matched_);
  return content(bytes);
}

MultipartParser::Event MultipartParser::content(std::string_view bytes) {
  if (!in_part_ || bytes.empty()) return Event::kMore;
  data_ = bytes;
  return Event::kData;
}

MultipartParser::Event MultipartParser::end_content() {
  matched_ = 0;
  state_ = State::kAfterBoundary;
  return std::exchange(in_part_, false) ? Event::kEnd : Event::kMore;
}

MultipartParser::Event MultipartParser::read_after_boundary(std::string_view& piece) {
  const char c = piece.front();
  piece.remove_prefix(1);
  const bool pads = (c == ' ' || c == '\t') && (state_ == State::kAfterBoundary || state_ == State::kPadding);
  if (pads) {
    state_ = State::kPadding;
  } else if (c == '-' && state_ == State::kAfterBoundary) {
    state_ = State::kClosing;
  } else if (c == '-' && state_ == State::kClosing) {
    state_ = State::kEpilogue;
  } else if (c == '\r' && (state_ == State::kAfterBoundary || state_ == State::kPadding)) {
    state_ = State::kLineEnd;
  } else if (c == '\n' && state_ == State::kLineEnd) {
    if (++parts_ > kPartsMax) return fail(MultipartErrc::kTooManyParts);
    state_ = State::kHead;
    head_text_.clear();
  } else {
    return fail(MultipartErrc::kBadDelimiter);
  }
  return Event::kMore;
}

/// Collects lines until an empty one.
MultipartParser::Event MultipartParser::read_head(std::string_view& piece) {
  const std::size_t line_feed = piece.find('\n');
  const std::string_view line = piece.substr(0, line_feed == piece.npos ? piece.npos : line_feed + 1);
  if (head_text_.size() + line.size() > kPartHeadBytesMax) return fail(MultipartErrc::kHeadTooLong);
  head_text_ += line;
  piece.remove_prefix(line.size());
  if (line_feed == line.npos) return Event::kMore;
  if (!head_text_.ends_with("\r\n")) return fail(MultipartErrc::kBadHead);
  if (head_text_ != "\r\n" && !head_text_.ends_with("\r\n\r\n")) return Event::kMore;
  if (const auto code = parse_head()) return fail(*code);
  state_ = State::kContent;
  in_part_ = true;
  return Event::kBegin;
}

std::optional<MultipartErrc> MultipartParser::parse_head() {
  std::optional<HeaderValue> disposition;
  std::string_view text = head_text_;
  for (; text != "\r\n"; text.remove_prefix(text.find("\r\n") + 2)) {
    const std::string_view line = text.substr(0, text.find("\r\n"));
    const std::size_t colon = line.find(':');
    if (colon == line.npos || !is_token(line.substr(0, colon))) return MultipartErrc::kBadHead;
    if (!same_name(line.substr(0, colon), "content-disposition")) continue;
    if (disposition) return MultipartErrc::kBadHead;
    disposition = parse_header_value(line.substr(colon + 1));
    if (!disposition) return MultipartErrc::kBadHead;
  }
  if (!disposition || disposition->value != "form-data") return MultipartErrc::kBadHead;
  const std::string* const name = disposition->parameter("name");
  if (name == nullptr) return MultipartErrc::kBadHead;
  if (name->size() > kPartNameBytesMax) return MultipartErrc::kNameTooLong;
  const std::string* filename = disposition->parameter("filename");
  if (filename == nullptr) filename = disposition->parameter("filename*");
  head_.name = *name;
  head_.filename.reset();
  if (filename != nullptr) head_.filename = *filename;
  return std::nullopt;
}

MultipartParser::Event MultipartParser::fail(MultipartErrc code) {
  error_ = code;
  state_ = State::kFailed;
  return Event::kFailed;
}

}  // namespace aesel::assets
