// Bodies and stored documents of users: a name that is taken for good comes back unchanged.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "gateway/user_codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aesel::gateway;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto input = decode_user(text);
  if (!input || !input->username || problem_with_username(*input->username)) return 0;
  User user;
  user.id = "0123456789abcdef01234567";
  user.username = *input->username;
  user.email = input->email.value_or("");
  user.favorite_projects = input->favorite_projects;
  user.favorite_scenes = input->favorite_scenes;
  user.password_hash = "h";
  user.generation = "g";
  const auto again = from_stored(to_stored(user));
  if (!again || *again != user) std::abort();
  return 0;
}
