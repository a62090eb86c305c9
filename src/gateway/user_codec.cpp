#include "gateway/user_codec.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "json/value.hpp"

namespace aesel::gateway {
namespace {

std::optional<std::string> text_if_any(const json::Value& object, std::string_view name) {
  std::optional<std::string> text = json::text(object, name);
  if (text && text->empty()) text.reset();
  return text;
}

std::vector<std::string> distinct_texts(const json::Value& object, std::string_view name) {
  std::vector<std::string> texts = json::texts(object, name);
  std::unordered_set<std::string> seen;
  std::erase_if(texts, [&](const std::string& text) { return !seen.insert(text).second; });
  return texts;
}

/// The next character of UTF-8 text, which loses it; absent for bytes that are none.
std::optional<char32_t> take_character(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const int more = lead < 0x80                   ? 0
                   : lead >= 0xC2 && lead < 0xE0 ? 1
                   : (lead & 0xF0) == 0xE0       ? 2
                   : lead >= 0xF0 && lead < 0xF5 ? 3
                                                 : -1;
  if (more < 0 || text.size() <= static_cast<std::size_t>(more)) return std::nullopt;
  char32_t code = more == 0 ? lead : lead & (0x3F >> more);
  for (int i = 1; i <= more; ++i) {
    const auto byte = static_cast<unsigned char>(text[static_cast<std::size_t>(i)]);
    if ((byte & 0xC0) != 0x80) return std::nullopt;
    code = code << 6 | (byte & 0x3F);
  }
  constexpr std::array<char32_t, 4> kLeast{0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xD800 && code < 0xE000;
  if (code < kLeast[static_cast<std::size_t>(more)] || is_surrogate || code > 0x10FFFF) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(more) + 1);
  return code;
}

/// Control characters, and those that change how others look without being seen.
bool is_unprintable(char32_t c) {
  const auto in = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  return c < 0x20 || in(0x7F, 0x9F) || c == 0xAD || c == 0x61C || c == 0x180E || in(0x200B, 0x200F) ||
         in(0x2028, 0x202E) || in(0x2060, 0x206F) || c == 0xFEFF || in(0xFFF9, 0xFFFB) ||
         (c & 0xFFFE) == 0xFFFE || in(0xE0000, 0xE007F);
}

bool is_printable(std::string_view text) {
  while (!text.empty()) {
    const std::optional<char32_t> character = take_character(text);
    if (!character || is_unprintable(*character)) return false;
  }
  return true;
}

std::optional<std::string> problem_with_text(std::string_view what, std::string_view text,
                                             std::size_t bytes_max) {
  if (text.size() > bytes_max)
    return std::string(what) + " is longer than " + std::to_string(bytes_max) + " bytes";
  if (!is_printable(text)) return std::string(what) + " holds characters that cannot be printed";
  return std::nullopt;
}

void write_list(json::Writer& writer, std::string_view name, const std::vector<std::string>& texts) {
  writer.name(name);
  writer.begin_array();
  for (const std::string& text : texts) writer.text(text);
  writer.end_array();
}

}  // namespace

Result<UserInput, BadJson> decode_user(std::string_view body) {
  const auto parsed = json::parse(body);
  if (!parsed) return BadJson{"the body is not JSON: " + parsed.error().message};
  const json::Value& value = *parsed;
  UserInput input;
  input.username = text_if_any(value, "username");
  input.email = text_if_any(value, "email");
  input.password = text_if_any(value, "password");
  input.is_admin = json::boolean(value, "isAdmin").value_or(false);
  input.is_active = json::boolean(value, "isActive").value_or(false);
  input.favorite_projects = distinct_texts(value, "favoriteProjects");
  input.favorite_scenes = distinct_texts(value, "favoriteScenes");
  return input;
}

std::optional<std::string> problem_with_username(std::string_view username) {
  if (username.empty()) return "the user name is missing";
  if (auto problem = problem_with_text("the user name", username, kUsernameBytesMax)) return problem;
  if (username.find(':') != username.npos) return "the user name holds a colon";
  if (username.front() == ' ' || username.back() == ' ') return "the user name starts or ends with a space";
  return std::nullopt;
}

std::optional<std::string> problem_with_email(std::string_view email) {
  return problem_with_text("the email", email, kEmailBytesMax);
}

std::optional<std::string> problem_with_favorites(const std::vector<std::string>& keys) {
  if (keys.size() > kFavoritesMax)
    return "a user has at most " + std::to_string(kFavoritesMax) + " favorites of a kind";
  const auto is_long = [](const std::string& key) { return key.size() > kFavoriteBytesMax; };
  if (std::ranges::any_of(keys, is_long))
    return "a key among the favorites is longer than " + std::to_string(kFavoriteBytesMax) + " bytes";
  return std::nullopt;
}

void write_user(json::Writer& writer, const User& user) {
  writer.begin_object();
  writer.member("id", user.id);
  writer.member("username", user.username);
  writer.member("password", "");
  if (user.email.empty()) {
    writer.name("email");
    writer.raw("null");
  } else {
    writer.member("email", user.email);
  }
  writer.member("isAdmin", user.is_admin);
  writer.member("isActive", user.is_active);
  write_list(writer, "favoriteProjects", user.favorite_projects);
  write_list(writer, "favoriteScenes", user.favorite_scenes);
  writer.end_object();
}

StoredUser to_stored(const User& user) {
  StoredUser stored{user.id, {}, {}};
  json::Writer body(stored.body);
  body.begin_object();
  body.member("username", user.username);
  body.member_if("email", user.email);
  write_list(body, "favoriteProjects", user.favorite_projects);
  write_list(body, "favoriteScenes", user.favorite_scenes);
  body.end_object();
  json::Writer state(stored.state);
  state.begin_object();
  state.member("password", user.password_hash);
  state.member("generation", user.generation);
  state.member("isAdmin", user.is_admin);
  state.member("isActive", user.is_active);
  state.end_object();
  return stored;
}

std::optional<User> from_stored(const StoredUser& stored) {
  const auto body = json::parse(stored.body);
  const auto state = json::parse(stored.state);
  if (!body || !state) return std::nullopt;
  User user;
  user.id = stored.key;
  user.username = json::text_or_empty(*body, "username");
  user.email = json::text_or_empty(*body, "email");
  user.favorite_projects = json::texts(*body, "favoriteProjects");
  user.favorite_scenes = json::texts(*body, "favoriteScenes");
  user.password_hash = json::text_or_empty(*state, "password");
  user.generation = json::text_or_empty(*state, "generation");
  user.is_admin = json::boolean(*state, "isAdmin").value_or(false);
  user.is_active = json::boolean(*state, "isActive").value_or(false);
  if (user.username.empty() || user.generation.empty()) return std::nullopt;
  return user;
}

}  // namespace aesel::gateway
