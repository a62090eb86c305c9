#include "app/event_text.hpp"

#include <charconv>
#include <cmath>
#include <cstring>

#include "json/writer.hpp"

namespace aesel::app {
namespace {

constexpr std::string_view kTransform = "\"transform\":[";
constexpr std::string_view kKey = "\"key\":\"";

void append_head(std::string& out, const ObjectEvent& event) {
  json::Writer writer(out);
  writer.begin_object();
  writer.member("msg_type", 1);
  writer.member("key", event.key);
  writer.member("name", event.name);
  writer.member("scene", event.scene);
}

const char* skip_space(const char* at, const char* end) {
  while (at != end && (*at == ' ' || *at == '\t')) ++at;
  return at;
}

/// The first `count` numbers of the transform; false when there are not that many.
bool read_numbers(std::string_view json, double* into, std::size_t count) {
  const std::size_t begin = json.find(kTransform);
  if (begin == std::string_view::npos) return false;
  const char* at = json.data() + begin + kTransform.size();
  const char* const end = json.data() + json.size();
  for (std::size_t i = 0; i < count; ++i) {
    const auto [rest, failure] = std::from_chars(skip_space(at, end), end, into[i]);
    if (failure != std::errc()) return false;
    at = skip_space(rest, end);
    if (i + 1 == count) return true;
    if (at == end || *at != ',') return false;
    ++at;
  }
  return true;
}

}  // namespace

void append_object_event(std::string& out, const ObjectEvent& event) {
  append_head(out, event);
  json::Writer writer(out);
  out += ',';
  writer.reals("transform", *event.transform);
  out += '}';
}

std::optional<EventMatrix> find_transform(std::string_view json) {
  EventMatrix matrix;
  if (!read_numbers(json, matrix.data(), matrix.size())) return std::nullopt;
  return matrix;
}

std::string_view find_key_text(std::string_view json) {
  const std::size_t at = json.find(kKey);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + kKey.size();
  const std::size_t end = json.find('"', begin);
  return end == std::string_view::npos ? std::string_view() : json.substr(begin, end - begin);
}

NumberedEvent::NumberedEvent(const ObjectEvent& object, std::uint32_t run) {
  // A rotation about no axis in particular, so that the numbers have as many digits as those of a moving
  // object.
  const double ca = std::cos(0.7), sa = std::sin(0.7), cb = std::cos(0.4), sb = std::sin(0.4),
               cc = std::cos(1.1), sc = std::sin(1.1);
  append_head(text_, object);
  text_ += ",\"transform\":[";
  for (const double real : {ca * cb, ca * sb * sc - sa * cc, ca * sb * cc + sa * sc}) {
    json::append_real(text_, real);
    text_ += ',';
  }
  number_at_ = text_.size();
  text_.append(kDigits, ' ');
  text_ += ".0,";
  for (const double real : {sa * cb, sa * sb * sc + ca * cc, sa * sb * cc - ca * sc, static_cast<double>(run),
                            -sb, cb * sc, cb * cc, 0.25, 0.0, 0.0, 0.0}) {
    json::append_real(text_, real);
    text_ += ',';
  }
  text_ += "1.0]}";
}

std::string_view NumberedEvent::with_number(std::uint64_t number) {
  char digits[24];
  const auto length =
      static_cast<std::size_t>(std::to_chars(digits, digits + sizeof digits, number).ptr - digits);
  char* const slot = text_.data() + number_at_;
  std::memset(slot, ' ', kDigits - length);
  std::memcpy(slot + kDigits - length, digits, length);
  return text_;
}

std::optional<EventNumber> find_number(std::string_view json) {
  double numbers[8];
  if (!read_numbers(json, numbers, 8)) return std::nullopt;
  constexpr double kNumberMax = 9e15, kRunMax = 4294967296.0;
  if (!(numbers[3] >= 0 && numbers[3] < kNumberMax && numbers[7] >= 0 && numbers[7] < kRunMax))
    return std::nullopt;
  if (numbers[3] != std::floor(numbers[3]) || numbers[7] != std::floor(numbers[7])) return std::nullopt;
  return EventNumber{static_cast<std::uint64_t>(numbers[3]), static_cast<std::uint32_t>(numbers[7])};
}

}  // namespace aesel::app
