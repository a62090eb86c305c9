#include "objects/stored.hpp"

#include <simdjson.h>

#include <bit>
#include <cstring>
#include <span>

#include "json/writer.hpp"

namespace aesel::objects {
namespace {

static_assert(std::endian::native == std::endian::little, "the state is written as it is in memory");

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

// ------------------------------------------------------------------------------------------------ writing

template <std::size_t N>
void write_handles(json::Writer& writer, const Boxed<std::array<Handle, N>>& handles) {
  if (!handles) return;
  writer.name("handles");
  writer.begin_array();
  for (const Handle& handle : *handles) {
    writer.begin_array();
    writer.text(handle.left_type);
    writer.real(handle.left_x);
    writer.real(handle.left_y);
    writer.text(handle.right_type);
    writer.real(handle.right_x);
    writer.real(handle.right_y);
    writer.end_array();
  }
  writer.end_array();
}

void write_keyframe(json::Writer& writer, const ObjectKeyframe& keyframe) {
  writer.member_if("owner", keyframe.owner);
  if (keyframe.transform != kIdentity) writer.reals("transform", keyframe.transform);
  write_handles(writer, keyframe.handles);
}

void write_keyframe(json::Writer& writer, const PropertyKeyframe& keyframe) {
  writer.reals("values", std::span(keyframe.values).first(keyframe.count));
  write_handles(writer, keyframe.handles);
}

template <class Record>
void write_actions(json::Writer& writer, const Record& record) {
  if (record.actions.empty()) return;
  writer.name("actions");
  writer.begin_array();
  for (const auto& [name, action] : record.actions) {
    writer.begin_object();
    writer.member("name", name);
    writer.member_if("description", action.description);
    writer.member_if("owner", action.owner);
    writer.name("keyframes");
    writer.begin_array();
    for (const auto& [frame, keyframe] : action.keyframes) {
      writer.begin_object();
      writer.member("frame", std::int64_t{frame});
      write_keyframe(writer, keyframe);
      writer.end_object();
    }
    writer.end_array();
    writer.end_object();
  }
  writer.end_array();
}

std::string raw_doubles(std::span<const double> numbers) {
  std::string bytes(numbers.size_bytes(), '\0');
  if (!numbers.empty()) std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

// ------------------------------------------------------------------------------------------------ reading

/// Thrown and caught within this file: a document is read by many small functions and hardly ever bad.
struct Unreadable {
  const char* what;
};

std::string_view text_of(const element& value, const char* what) {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) throw Unreadable{what};
  return text;
}

double number_of(const element& value, const char* what) {
  double number = 0;
  if (value.get_double().get(number) != simdjson::SUCCESS) throw Unreadable{what};
  return number;
}

array array_of(const element& value, const char* what) {
  array list;
  if (value.get_array().get(list) != simdjson::SUCCESS) throw Unreadable{what};
  return list;
}

object object_of(const element& value, const char* what) {
  object members;
  if (value.get_object().get(members) != simdjson::SUCCESS) throw Unreadable{what};
  return members;
}

/// The numbers of an array; how many there were.
std::size_t read_numbers(const element& value, std::span<double> into, const char* what) {
  std::size_t count = 0;
  for (const element item : array_of(value, what)) {
    if (count == into.size()) throw Unreadable{what};
    into[count++] = number_of(item, what);
  }
  return count;
}

Handle read_handle(const element& value) {
  constexpr const char* kWhat = "a handle: expected [text, number, number, text, number, number]";
  const array parts = array_of(value, kWhat);
  if (parts.size() != 6) throw Unreadable{kWhat};
  const auto part = [&](std::size_t i) { return parts.at(i).value_unsafe(); };
  return {std::string(text_of(part(0), kWhat)), number_of(part(1), kWhat), number_of(part(2), kWhat),
          std::string(text_of(part(3), kWhat)), number_of(part(4), kWhat), number_of(part(5), kWhat)};
}

template <std::size_t N>
void read_handles(const element& value, Boxed<std::array<Handle, N>>& handles) {
  std::size_t i = 0;
  for (const element item : array_of(value, "handles: expected an array")) {
    if (i == N) throw Unreadable{"handles: too many"};
    handles.make()[i++] = read_handle(item);
  }
}

void read_keyframe_member(std::string_view name, const element& value, ObjectKeyframe& keyframe) {
  if (name == "owner") keyframe.owner = text_of(value, "owner of a keyframe: expected text");
  if (name == "handles") read_handles(value, keyframe.handles);
  if (name == "transform") {
    constexpr const char* kWhat = "transform of a keyframe: expected 16 numbers";
    if (read_numbers(value, keyframe.transform, kWhat) != keyframe.transform.size()) throw Unreadable{kWhat};
  }
}

void read_keyframe_member(std::string_view name, const element& value, PropertyKeyframe& keyframe) {
  if (name == "handles") read_handles(value, keyframe.handles);
  if (name == "values") {
    keyframe.count = static_cast<std::uint8_t>(
        read_numbers(value, keyframe.values, "values of a keyframe: expected at most 4 numbers"));
  }
}

template <class Keyframe>
void read_keyframes(const element& value, std::map<std::int32_t, Keyframe>& keyframes) {
  for (const element item : array_of(value, "keyframes: expected an array")) {
    const object members = object_of(item, "a keyframe: expected an object");
    std::int64_t frame = 0;
    if (members.at_key("frame").get_int64().get(frame) != simdjson::SUCCESS || frame < INT32_MIN ||
        frame > INT32_MAX) {
      throw Unreadable{"frame of a keyframe: expected a 32-bit integer"};
    }
    Keyframe& keyframe = keyframes.try_emplace(keyframes.end(), static_cast<std::int32_t>(frame))->second;
    for (const auto& [name, member] : members) read_keyframe_member(name, member, keyframe);
  }
}

template <class Actions>
void read_actions(const element& value, Actions& actions) {
  for (const element item : array_of(value, "actions: expected an array")) {
    const object members = object_of(item, "an action: expected an object");
    element name;
    if (members.at_key("name").get(name) != simdjson::SUCCESS) throw Unreadable{"an action: has no name"};
    auto& action = actions[std::string(text_of(name, "name of an action: expected text"))];
    for (const auto& [member, content] : members) {
      if (member == "description")
        action.description = text_of(content, "description of an action: expected text");
      if (member == "owner") action.owner = text_of(content, "owner of an action: expected text");
      if (member == "keyframes") read_keyframes(content, action.keyframes);
    }
  }
}

struct Texts {
  std::string_view name;
  std::string* into;
};

/// True if the member was one of the texts.
bool read_text(std::span<const Texts> texts, std::string_view name, const element& value) {
  for (const Texts& text : texts) {
    if (text.name != name) continue;
    *text.into = text_of(value, "a member: expected text");
    return true;
  }
  return false;
}

void read_body(const element& root, Object& into) {
  const Texts texts[] = {{"name", &into.name},
                         {"scene", &into.scene},
                         {"type", &into.type},
                         {"subtype", &into.subtype},
                         {"owner", &into.owner},
                         {"parent", &into.parent},
                         {"asset_sub_id", &into.asset_sub_id}};
  for (const auto& [name, value] : object_of(root, "expected a JSON object")) {
    if (read_text(texts, name, value)) continue;
    if (name == "actions") read_actions(value, into.actions);
    if (name != "assets") continue;
    for (const element asset : array_of(value, "assets: expected an array")) {
      into.assets.emplace_back(text_of(asset, "assets: expected texts"));
    }
  }
}

void read_body(const element& root, Property& into) {
  const Texts texts[] = {{"name", &into.name},
                         {"scene", &into.scene},
                         {"parent", &into.parent},
                         {"asset_sub_id", &into.asset_sub_id}};
  for (const auto& [name, value] : object_of(root, "expected a JSON object")) {
    if (read_text(texts, name, value)) continue;
    if (name == "actions") read_actions(value, into.actions);
  }
}

void read_state(std::string_view state, Object& into) {
  if (state.empty()) return;
  if (state.size() != sizeof into.transform) throw Unreadable{"state: expected 128 bytes"};
  std::memcpy(into.transform.data(), state.data(), state.size());
}

void read_state(std::string_view state, Property& into) {
  if (state.size() % sizeof(double) != 0 || state.size() > sizeof into.values) {
    throw Unreadable{"state: expected 0, 8, 16, 24 or 32 bytes"};
  }
  if (!state.empty()) std::memcpy(into.values.data(), state.data(), state.size());
  into.count = static_cast<std::uint8_t>(state.size() / sizeof(double));
}

}  // namespace

std::string stored_body(const Object& object) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.member_if("name", object.name);
  writer.member_if("scene", object.scene);
  writer.member_if("type", object.type);
  writer.member_if("subtype", object.subtype);
  writer.member_if("owner", object.owner);
  writer.member_if("parent", object.parent);
  writer.member_if("asset_sub_id", object.asset_sub_id);
  if (!object.assets.empty()) {
    writer.name("assets");
    writer.begin_array();
    for (const std::string& asset : object.assets) writer.text(asset);
    writer.end_array();
  }
  write_actions(writer, object);
  writer.end_object();
  return body;
}

std::string stored_body(const Property& property) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.member_if("name", property.name);
  writer.member_if("scene", property.scene);
  writer.member_if("parent", property.parent);
  writer.member_if("asset_sub_id", property.asset_sub_id);
  write_actions(writer, property);
  writer.end_object();
  return body;
}

std::string stored_state(const Object& object) {
  return raw_doubles(object.transform);
}
std::string stored_state(const Property& property) {
  return raw_doubles(property.used());
}

struct StoredReader::Parser {
  simdjson::dom::parser parser;

  template <class Record>
  Result<Record, StoredError> read(std::string_view key, std::string_view body, std::string_view state) {
    const auto id = decltype(Record::id)::parse(key);
    if (!id) return StoredError{"key: expected 24 hex digits"};
    element root;
    // Parsing copies into the parser's own padded buffer.
    if (const auto error = parser.parse(body.data(), body.size(), true).get(root);
        error != simdjson::SUCCESS) {
      return StoredError{std::string("body: ") + simdjson::error_message(error)};
    }
    try {
      Record record;
      record.id = *id;
      read_body(root, record);
      read_state(state, record);
      return Result<Record, StoredError>(boost::system::in_place_value, std::move(record));
    } catch (const Unreadable& unreadable) {
      return StoredError{unreadable.what};
    }
  }
};

StoredReader::StoredReader() : parser_(std::make_unique<Parser>()) {}
StoredReader::~StoredReader() = default;

Result<Object, StoredError> StoredReader::object(std::string_view key, std::string_view body,
                                                 std::string_view state) {
  return parser_->read<Object>(key, body, state);
}
Result<Property, StoredError> StoredReader::property(std::string_view key, std::string_view body,
                                                     std::string_view state) {
  return parser_->read<Property>(key, body, state);
}

}  // namespace aesel::objects
