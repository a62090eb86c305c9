#include "gateway/users_admin.hpp"

#include "gateway/test_gateway.hpp"

namespace aesel::gateway {
namespace {

using testing::TestGateway;
using Standing = UsersAdmin::Standing;

TEST(UsersAdmin, MakesTheFirstAdminOnce) {
  TestGateway server(Authentication::kOn);
  const auto password = server.admin.seed_admin("aesel");
  ASSERT_TRUE(password && *password);
  EXPECT_EQ((**password).size(), 20u);
  EXPECT_EQ(server.get("/users", server.authorization("aesel", **password)).status, 200);
  const auto again = server.admin.seed_admin("aesel");
  EXPECT_TRUE(again && !*again);
  const auto other = server.admin.seed_admin("other");
  EXPECT_TRUE(other && !*other) << "one admin is enough";
}

TEST(UsersAdmin, SeededWithoutAnEmailLeavesOthersWithoutOneWelcome) {
  TestGateway server(Authentication::kOn);
  const auto password = server.admin.seed_admin("aesel");
  const auto headers = server.authorization("aesel", **password);
  EXPECT_EQ(server.post("/users/sign-up", R"({"username":"a","password":"p"})", headers).status, 200);
  EXPECT_EQ(server.post("/users/sign-up", R"({"username":"b","password":"p"})", headers).status, 200);
}

TEST(UsersAdmin, TheAdminsNameIsNotTakenFromAnybody) {
  TestGateway server(Authentication::kOn);
  server.add_user("aesel");
  const auto password = server.admin.seed_admin("aesel");
  ASSERT_FALSE(password);
  EXPECT_NE(password.error().message.find("auth.admin.username"), std::string::npos);
}

TEST(UsersAdmin, ChangesWhatTheServerSees) {
  TestGateway server(Authentication::kOn);
  EXPECT_TRUE(server.admin.add("root", "password", Standing::kAdmin));
  EXPECT_TRUE(server.admin.add("eve", "password", Standing::kUser));
  EXPECT_FALSE(server.admin.add("eve", "password", Standing::kUser));
  EXPECT_FALSE(server.admin.add("e:ve", "password", Standing::kUser));
  EXPECT_FALSE(server.admin.add("adam", "", Standing::kUser));
  EXPECT_EQ(server.admin.list()->size(), 2u);
  const auto headers = server.authorization("eve");
  EXPECT_TRUE(server.admin.set_password("eve", "new"));
  EXPECT_EQ(server.get("/v1/asset", headers).status, 401);
  const auto newer = server.authorization("eve", "new");
  EXPECT_TRUE(server.admin.deactivate("eve"));
  EXPECT_EQ(server.get("/v1/asset", newer).status, 401);
  EXPECT_EQ(server.log_in("eve", "new").status, 401);
  EXPECT_TRUE(server.admin.activate("eve"));
  EXPECT_EQ(server.log_in("eve", "new").status, 200);
  EXPECT_FALSE(server.admin.set_password("eve", ""));
  EXPECT_FALSE(server.admin.set_password("nobody", "x"));
  EXPECT_FALSE(server.admin.deactivate("nobody"));
  EXPECT_FALSE(server.admin.deactivate("root")) << "the last admin";
  EXPECT_EQ(server.log_in("root", "password").status, 200);
}

}  // namespace
}  // namespace aesel::gateway
