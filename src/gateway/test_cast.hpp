// For tests only: the people of the access rules, with tokens that were not paid for with a hash.
#pragma once

#include <map>
#include <string>

#include "gateway/test_gateway.hpp"
#include "gateway/token.hpp"

namespace aesel::gateway::testing {

/// eve and mallory are users, ina is inactive, root is an admin. Ids are 24 times the first letter's digit.
struct Cast {
  explicit Cast(TestGateway& server) : server_(server) {
    add("eve", 'e');
    add("mallory", 'd');
    add("ina", 'a').is_active = false;
    add("root", 'b').is_admin = true;
    for (auto& [name, user] : users) EXPECT_TRUE(run(UserRecords(server.store).insert(user)));
  }

  std::string token(const std::string& name) const {
    const User& user = users.at(name);
    const Claims claims{user.username, user.id, user.generation,
                        server_.clock.wall_ns() / 1'000'000'000 + 60};
    return sign_token(claims, kTestSecret);
  }
  TestGateway::Headers headers(const std::string& name) const {
    if (name == "nobody") return {};
    return {{"Authorization", "Bearer " + token(name)}};
  }
  const std::string& id(const std::string& name) const { return users.at(name).id; }
  User stored(const std::string& name) const {
    auto user = run(UserRecords(server_.store).find(id(name)));
    return **user;
  }

  std::map<std::string, User> users;

 private:
  User& add(const std::string& name, char digit) {
    User& user = users[name];
    user.id = std::string(24, digit);
    user.username = name;
    user.email = name + "@example.org";
    user.is_active = true;
    user.password_hash = "none";
    user.generation = "generation of " + name;
    return user;
  }
  TestGateway& server_;
};

}  // namespace aesel::gateway::testing
