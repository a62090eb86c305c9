#include "wire/event_decoder.hpp"

#include <simdjson.h>

#include <charconv>

#include "base/check.hpp"

namespace aesel::wire {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t kDatagramBytesMax = 65'507;

enum class Field { kType, kKey, kName, kScene, kNumbers, kMustBeEmpty, kIgnored };

/// Which member this is. kMustBeEmpty: members that change more than the pose, left to the general decoder
/// unless they are empty.
Field classify(std::string_view name) {
  switch (name.size()) {
    case 3:
      return name == "key" ? Field::kKey : Field::kIgnored;
    case 4:
      return name == "name" ? Field::kName : name == "type" ? Field::kMustBeEmpty : Field::kIgnored;
    case 5:
      return name == "scene" ? Field::kScene : name == "owner" ? Field::kMustBeEmpty : Field::kIgnored;
    case 6:
      if (name == "values") return Field::kNumbers;
      return name == "assets" || name == "parent" ? Field::kMustBeEmpty : Field::kIgnored;
    case 7:
      return name == "actions" || name == "subtype" ? Field::kMustBeEmpty : Field::kIgnored;
    case 8:
      return name == "msg_type" ? Field::kType : Field::kIgnored;
    case 9:
      return name == "transform" ? Field::kNumbers : Field::kIgnored;
    case 12:
      return name == "asset_sub_id" ? Field::kMustBeEmpty : Field::kIgnored;
    default:
      return Field::kIgnored;
  }
}

std::string_view trimmed(std::string_view token) {
  while (!token.empty() &&
         (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' || token.back() == '\t')) {
    token.remove_suffix(1);
  }
  return token;
}

bool digit(char c) {
  return c >= '0' && c <= '9';
}

/// Is the token JSON, and does it say that it is a real? RFC 8259, section 6. REQUIRES: from_chars took all
/// of it.
bool sendable(std::string_view token) {
  if (token.front() == '-') token.remove_prefix(1);
  if (token.size() > 1 && token[0] == '0' && digit(token[1])) return false;  // leading zeros
  const std::size_t point = token.find('.');
  if (point != token.npos) return point + 1 < token.size() && digit(token[point + 1]);
  return token.find_first_of("eE") != token.npos;
}

/// The content of a quoted token without escapes; false if it is anything else.
bool plain_text(std::string_view token, std::string_view& into) {
  token = trimmed(token);
  if (token == "null") {
    into = {};
    return true;
  }
  if (token.size() < 2 || token.front() != '"' || token.back() != '"') return false;
  into = token.substr(1, token.size() - 2);
  return into.find('\\') == into.npos;
}

bool read_number(std::string_view token, double& value, std::string_view& text) {
  token = trimmed(token);
  const bool negative = !token.empty() && token.front() == '-';
  if (token.size() <= std::size_t{negative} || !digit(token[std::size_t{negative}])) return false;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (error != std::errc() || end != token.data() + token.size()) return false;
  text = sendable(token) ? token : std::string_view();
  return true;
}

bool read_numbers(ondemand::value& value, MoveEvent& into) {
  ondemand::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return false;
  std::size_t count = 0;
  for (auto element : array) {
    ondemand::value number;
    if (element.get(number) != simdjson::SUCCESS || count == into.values.size()) return false;
    ondemand::json_type type;
    if (number.type().get(type) != simdjson::SUCCESS || type != ondemand::json_type::number) return false;
    if (!read_number(number.raw_json_token(), into.values[count], into.texts[count])) return false;
    ++count;
  }
  into.count = count;
  return true;
}

/// null, "" or [].
bool is_empty(ondemand::value& value) {
  ondemand::json_type type;
  if (value.type().get(type) != simdjson::SUCCESS) return false;
  if (type == ondemand::json_type::null) return trimmed(value.raw_json_token()) == "null";
  if (type == ondemand::json_type::string) return trimmed(value.raw_json_token()) == "\"\"";
  if (type != ondemand::json_type::array) return false;
  ondemand::array array;
  bool empty = false;
  return value.get_array().get(array) == simdjson::SUCCESS &&
         array.is_empty().get(empty) == simdjson::SUCCESS && empty;
}

bool read_field(Field field, ondemand::value& value, MoveEvent& into) {
  switch (field) {
    case Field::kType: {
      const std::string_view token = trimmed(value.raw_json_token());
      if (token != "1" && token != "9") return false;
      into.type = token.front() - '0';
      return true;
    }
    case Field::kKey: {
      std::string_view text;
      if (!plain_text(value.raw_json_token(), text)) return false;
      const auto key = parse_key(text);
      if (!key) return false;
      into.key = *key;
      return true;
    }
    case Field::kName:
      return plain_text(value.raw_json_token(), into.name);
    case Field::kScene:
      return plain_text(value.raw_json_token(), into.scene);
    case Field::kNumbers:
      return read_numbers(value, into);
    case Field::kMustBeEmpty:
      return is_empty(value);
    case Field::kIgnored:
      return true;
  }
  return false;
}

bool complete(const MoveEvent& event, bool has_key, bool has_transform, bool has_values) {
  if (!has_key) return false;
  if (event.type == 1) return has_transform && !has_values && event.count == 16;
  return event.type == 9 && has_values && !has_transform && event.count >= 1 && event.count <= 4;
}

}  // namespace

struct EventDecoder::Parser {
  ondemand::parser parser;
};

EventDecoder::EventDecoder() : parser_(std::make_unique<Parser>()) {
  const auto failed = parser_->parser.allocate(kDatagramBytesMax);  // so that no datagram makes it grow
  CHECK(!failed);
}
EventDecoder::~EventDecoder() = default;
EventDecoder::EventDecoder(EventDecoder&&) noexcept = default;

Decoded EventDecoder::decode(std::span<const char> datagram, MoveEvent& into) {
  into.type = 0;
  into.name = into.scene = {};
  into.count = 0;
  bool has_key = false;
  bool has_transform = false;
  bool has_values = false;
  const simdjson::padded_string_view text(datagram.data(), datagram.size(), datagram.size() + kDecoderSlack);
  ondemand::document document;
  ondemand::object object;
  if (parser_->parser.iterate(text).get(document) != simdjson::SUCCESS) return Decoded::kGeneral;
  if (document.get_object().get(object) != simdjson::SUCCESS) return Decoded::kGeneral;
  for (auto member : object) {
    ondemand::field field;
    if (std::move(member).get(field) != simdjson::SUCCESS) return Decoded::kGeneral;
    std::string_view name;
    if (field.unescaped_key().get(name) != simdjson::SUCCESS) return Decoded::kGeneral;
    const Field kind = classify(name);
    if (kind == Field::kNumbers && (has_transform || has_values)) return Decoded::kGeneral;
    has_key |= kind == Field::kKey;
    has_transform |= kind == Field::kNumbers && name.front() == 't';
    has_values |= kind == Field::kNumbers && name.front() == 'v';
    if (!read_field(kind, field.value(), into)) return Decoded::kGeneral;
  }
  return complete(into, has_key, has_transform, has_values) ? Decoded::kMove : Decoded::kGeneral;
}

}  // namespace aesel::wire
