#include "gateway/user_codec.hpp"

#include <gtest/gtest.h>

namespace aesel::gateway {
namespace {

User eve() {
  User user;
  user.id = "0123456789abcdef01234567";
  user.username = "eve \"quoted\" ü";
  user.email = "eve@example.org";
  user.is_admin = true;
  user.is_active = true;
  user.favorite_projects = {"p"};
  user.favorite_scenes = {"s", "t"};
  user.password_hash = "$argon2id$...";
  user.generation = "g";
  return user;
}

TEST(UserCodec, WhatIsStoredComesBack) {
  EXPECT_EQ(from_stored(to_stored(eve())), eve());
  User plain = eve();
  plain.email.clear();
  plain.is_active = false;
  plain.favorite_scenes.clear();
  EXPECT_EQ(from_stored(to_stored(plain)), plain);
  EXPECT_EQ(to_stored(plain).body.find("email"), std::string::npos) << "no email is not an email";
}

TEST(UserCodec, WhatDecidesAboutAccessIsStoredApart) {
  const StoredUser document = to_stored(eve());
  for (const char* word : {"argon2id", "generation", "isAdmin", "isActive"}) {
    EXPECT_EQ(document.body.find(word), std::string::npos) << word;
    EXPECT_NE(document.state.find(word), std::string::npos) << word;
  }
}

TEST(UserCodec, DamagedDocumentsAreNoUsers) {
  const StoredUser good = to_stored(eve());
  EXPECT_FALSE(from_stored({good.key, "{", good.state}));
  EXPECT_FALSE(from_stored({good.key, good.body, ""}));
  EXPECT_FALSE(from_stored({good.key, "{}", good.state}));
  EXPECT_FALSE(from_stored({good.key, good.body, R"({"isAdmin":true,"isActive":true})"}));
}

TEST(UserCodec, ClientsNeverSeeThePassword) {
  std::string text;
  json::Writer writer(text);
  write_user(writer, eve());
  EXPECT_EQ(
      text,
      R"({"id":"0123456789abcdef01234567","username":"eve \"quoted\" ü","password":"","email":"eve@example.org",)"
      R"("isAdmin":true,"isActive":true,"favoriteProjects":["p"],"favoriteScenes":["s","t"]})");
}

TEST(UserCodec, WhatIsNullEmptyOrOfAnotherTypeIsAbsent) {
  for (const char* body :
       {"{}", R"({"username":null,"email":null,"password":null,"isAdmin":null,"favoriteScenes":null})",
        R"({"username":"","email":"","password":""})",
        R"({"username":5,"email":[],"password":{},"isActive":"true"})", R"({"id":"x","key":"y","name":"z"})",
        "[]", "5"}) {
    const auto input = decode_user(body);
    ASSERT_TRUE(input) << body;
    EXPECT_FALSE(input->username || input->email || input->password || input->is_admin || input->is_active)
        << body;
    EXPECT_TRUE(input->favorite_projects.empty() && input->favorite_scenes.empty());
  }
  EXPECT_FALSE(decode_user(""));
  EXPECT_FALSE(decode_user("{"));
}

TEST(UserCodec, FavoritesAreASet) {
  EXPECT_EQ(decode_user(R"({"favoriteScenes":["b","a","b",5,""]})")->favorite_scenes,
            (std::vector<std::string>{"b", "a"}));
}

TEST(UserNames, ArePrintable) {
  for (const char* name : {"a", "Eve", "eve@example.org", "Zoë 2", "日本語", "😀", "a b", "\"'<>&"})
    EXPECT_FALSE(problem_with_username(name)) << name;
  EXPECT_FALSE(problem_with_username(std::string(128, 'x')));
  for (const std::string& name :
       {std::string(), std::string(129, 'x'), std::string("a\nb"), std::string("a\0b", 3),
        std::string("\x7f"), std::string("\xc2\x85"), std::string("a:b"), std::string(" a"),
        std::string("a "), std::string("\xff"), std::string("\xc0\xaf"), std::string("\xed\xa0\x80"),
        std::string("\xf5\x80\x80\x80"), std::string("\xe2\x82"), std::string("e\xe2\x80\x8bve"),
        std::string("\xe2\x80\xae"), std::string("\xef\xbb\xbf")}) {
    EXPECT_TRUE(problem_with_username(name)) << name;
  }
}

TEST(UserNames, EmailsAreShortText) {
  EXPECT_FALSE(problem_with_email("eve@example.org"));
  EXPECT_TRUE(problem_with_email(std::string(255, 'x')));
  EXPECT_TRUE(problem_with_email("a\r\nb"));
}

}  // namespace
}  // namespace aesel::gateway
