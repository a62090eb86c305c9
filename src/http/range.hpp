// Range and the preconditions of RFC 9110 (13 and 14): what part of a representation a request is to be
// given, if any. Pure functions of header values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aesel::http {

/// Bytes first .. first + bytes - 1 of a representation; never empty.
struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t bytes = 0;

  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

/// The request headers that decide; "" for one that is absent.
struct Conditions {
  std::string_view range;
  std::string_view if_range;
  std::string_view if_match;
  std::string_view if_none_match;
};

/// What there is to send.
struct Representation {
  std::string_view etag;  // with its quotes, "\"abc\"" or "W/\"abc\""
  std::uint64_t bytes = 0;
};

enum class Delivery {
  kWhole,               // 200
  kPart,                // 206, with Content-Range
  kNotModified,         // 304
  kPreconditionFailed,  // 412
  kUnsatisfiable,       // 416: no byte of the range exists
  kSeveralRanges,       // 416: more than one range, which are not served
};

struct DeliveryChoice {
  Delivery delivery = Delivery::kWhole;
  ByteRange range;  // of kPart

  friend bool operator==(const DeliveryChoice&, const DeliveryChoice&) = default;
};

/// For GET and HEAD. An unknown unit and a range that is no valid syntax are ignored (RFC 9110, 14.2), as is
/// a range whose If-Range names another version or a date.
DeliveryChoice choose_delivery(const Conditions& conditions, const Representation& representation);

/// Is `etag` in the list of an If-None-Match header ("*" is everything)? By weak comparison.
bool matches_weakly(std::string_view list, std::string_view etag);
/// Is `etag` in the list of an If-Match header? By strong comparison: a weak tag equals nothing.
bool matches_strongly(std::string_view list, std::string_view etag);

/// "bytes 0-9/100", the value of Content-Range in a 206.
std::string content_range(const ByteRange& range, std::uint64_t total_bytes);
/// "bytes */100", the value of Content-Range in a 416.
std::string content_range_refused(std::uint64_t total_bytes);

}  // namespace aesel::http
