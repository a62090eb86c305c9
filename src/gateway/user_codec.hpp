// The JSON of users: what clients send and get, and what the store keeps. Pure, without an
// event loop, so that it can be fuzzed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "gateway/user.hpp"
#include "json/writer.hpp"

namespace aesel::gateway {

inline constexpr std::size_t kUsernameBytesMax = 128;
inline constexpr std::size_t kEmailBytesMax = 254;
inline constexpr std::size_t kFavoritesMax = 1000;  // of each kind
inline constexpr std::size_t kFavoriteBytesMax = 1024;

/// A user as a request describes it; null, "" and a wrong type are as good as absent. Ids are not read.
struct UserInput {
  std::optional<std::string> username;
  std::optional<std::string> email;
  std::optional<std::string> password;
  bool is_admin = false;
  bool is_active = false;
  std::vector<std::string> favorite_projects;  // without repetitions
  std::vector<std::string> favorite_scenes;
};
struct BadJson {
  std::string message;
};
Result<UserInput, BadJson> decode_user(std::string_view body);

/// Absent: the text is good. Else why not, for people. A user name is 1 to kUsernameBytesMax bytes of UTF-8
/// without control or invisible characters, without a colon (which Basic credentials end a name with) and
/// without a space at either end (which headers lose).
std::optional<std::string> problem_with_username(std::string_view username);
std::optional<std::string> problem_with_email(std::string_view email);
std::optional<std::string> problem_with_favorites(const std::vector<std::string>& keys);

/// Everything but the password, which is always "".
void write_user(json::Writer& writer, const User& user);

/// A user as the store keeps it: the profile in a document's body; what decides about access (password,
/// generation, admin, active) in its state, so that a change of the one never carries along an old copy of
/// the other.
struct StoredUser {
  std::string key;
  std::string body;
  std::string state;
};
StoredUser to_stored(const User& user);
/// Absent for a damaged one.
std::optional<User> from_stored(const StoredUser& stored);

}  // namespace aesel::gateway
