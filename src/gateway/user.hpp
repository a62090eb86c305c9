// User: somebody who may log in.
#pragma once

#include <string>
#include <vector>

namespace aesel::gateway {

struct User {
  std::string id;  // 24 hex digits, made by the server
  std::string username;
  std::string email;  // "": none
  bool is_admin = false;
  bool is_active = false;
  std::vector<std::string> favorite_projects;
  std::vector<std::string> favorite_scenes;
  std::string password_hash;
  std::string generation;  // changes when every token of the user has to die

  friend bool operator==(const User&, const User&) = default;
};

}  // namespace aesel::gateway
