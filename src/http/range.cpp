#include "http/range.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace aesel::http {
namespace {

constexpr std::uint64_t kHuge = std::numeric_limits<std::uint64_t>::max();

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Digits only; a number beyond 64 bits is as good as the largest.
std::optional<std::uint64_t> parse_position(std::string_view text) {
  if (text.empty() || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) return {};
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  static_cast<void>(end);
  return error == std::errc() ? number : kHuge;
}

/// One range-spec as written: "5-9", "5-", "-9".
struct Spec {
  std::optional<std::uint64_t> first, last;
};

std::optional<Spec> parse_spec(std::string_view text) {
  text = trim(text);
  const std::size_t dash = text.find('-');
  if (dash == text.npos) return {};
  const std::string_view first = text.substr(0, dash), last = text.substr(dash + 1);
  if (first.empty() && last.empty()) return {};
  Spec spec;
  spec.first = parse_position(first);
  spec.last = parse_position(last);
  if ((!first.empty() && !spec.first) || (!last.empty() && !spec.last)) return {};
  if (spec.first && spec.last && *spec.last < *spec.first) return {};
  return spec;
}

/// The bytes of a representation that a spec means; nothing if there are none.
std::optional<ByteRange> resolve(const Spec& spec, std::uint64_t total) {
  if (!spec.first) {  // the last so many
    const std::uint64_t bytes = std::min(*spec.last, total);
    if (bytes == 0) return {};
    return ByteRange{total - bytes, bytes};
  }
  if (*spec.first >= total) return {};
  const std::uint64_t last = std::min(spec.last.value_or(kHuge), total - 1);
  return ByteRange{*spec.first, last - *spec.first + 1};
}

DeliveryChoice choose_range(std::string_view header, std::uint64_t total) {
  static constexpr std::string_view kUnit = "bytes";
  header = trim(header);
  const bool our_unit = header.size() > kUnit.size() && header[kUnit.size()] == '=' &&
                        std::ranges::equal(header.substr(0, kUnit.size()), kUnit,
                                           [](char a, char b) { return (a | 0x20) == b; });
  if (!our_unit) return {};
  std::string_view rest = header.substr(kUnit.size() + 1);
  std::optional<Spec> only;
  int specs = 0;
  for (bool more = true; more;) {
    const std::size_t comma = rest.find(',');
    const std::string_view item = trim(rest.substr(0, comma));
    more = comma != rest.npos;
    if (more) rest.remove_prefix(comma + 1);
    if (item.empty()) continue;  // a list may have empty elements (RFC 9110, 5.6.1.2)
    only = parse_spec(item);
    if (!only) return {};
    ++specs;
  }
  if (specs == 0) return {};
  if (specs > 1) return {Delivery::kSeveralRanges, {}};
  const auto range = resolve(*only, total);
  if (!range) return {Delivery::kUnsatisfiable, {}};
  return {Delivery::kPart, *range};
}

bool is_weak(std::string_view etag) {
  return etag.starts_with("W/");
}

std::string_view opaque(std::string_view etag) {
  return is_weak(etag) ? etag.substr(2) : etag;
}

/// Calls `matches` with each entity tag of a list until it says true. A list that is broken ends where it is.
template <class Matches>
bool any_tag(std::string_view list, Matches matches) {
  for (;;) {
    while (!list.empty() && (list.front() == ',' || list.front() == ' ' || list.front() == '\t')) {
      list.remove_prefix(1);
    }
    const std::size_t open = is_weak(list) ? 2 : 0;
    if (list.size() <= open || list[open] != '"') return false;
    const std::size_t close = list.find('"', open + 1);
    if (close == list.npos) return false;
    if (matches(list.substr(0, close + 1))) return true;
    list.remove_prefix(close + 1);
  }
}

/// A date says too little for a strong comparison, so only an entity tag holds.
bool if_range_holds(std::string_view if_range, std::string_view etag) {
  if_range = trim(if_range);
  return if_range.empty() || (!is_weak(etag) && !etag.empty() && if_range == etag);
}

}  // namespace

bool matches_weakly(std::string_view list, std::string_view etag) {
  if (trim(list) == "*") return true;
  return any_tag(list, [&](std::string_view tag) { return opaque(tag) == opaque(etag); });
}

bool matches_strongly(std::string_view list, std::string_view etag) {
  if (trim(list) == "*") return true;
  return !is_weak(etag) && any_tag(list, [&](std::string_view tag) { return tag == etag; });
}

DeliveryChoice choose_delivery(const Conditions& conditions, const Representation& representation) {
  if (!conditions.if_match.empty() && !matches_strongly(conditions.if_match, representation.etag)) {
    return {Delivery::kPreconditionFailed, {}};
  }
  if (!conditions.if_none_match.empty() && matches_weakly(conditions.if_none_match, representation.etag)) {
    return {Delivery::kNotModified, {}};
  }
  if (conditions.range.empty() || !if_range_holds(conditions.if_range, representation.etag)) return {};
  return choose_range(conditions.range, representation.bytes);
}

std::string content_range(const ByteRange& range, std::uint64_t total_bytes) {
  return "bytes " + std::to_string(range.first) + "-" + std::to_string(range.first + range.bytes - 1) + "/" +
         std::to_string(total_bytes);
}

std::string content_range_refused(std::uint64_t total_bytes) {
  return "bytes */" + std::to_string(total_bytes);
}

}  // namespace aesel::http
