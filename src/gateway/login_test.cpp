#include "gateway/login.hpp"

#include "gateway/test_cast.hpp"

namespace aesel::gateway {
namespace {

using testing::Answer;
using testing::Cast;
using testing::run;
using testing::TestGateway;

// "U*U", of the bcrypt paper's test vectors.
constexpr const char* kBcrypt = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

struct Logins : ::testing::Test {
  TestGateway server{Authentication::kOn};
};

TEST_F(Logins, AnswerWithATokenInAHeaderAndACookie) {
  server.add_user("eve");
  const Answer answer = server.log_in("eve", "password");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(answer.content_type, "") << "nothing is not JSON";
  const std::string authorization = answer.header("Authorization");
  ASSERT_TRUE(authorization.starts_with("Bearer "));
  EXPECT_EQ(answer.header("Set-Cookie"),
            "access_token=" + authorization.substr(7) + "; Path=/; HttpOnly; SameSite=Lax; Max-Age=86400");
  EXPECT_EQ(server.get("/v1/asset", {{"Authorization", authorization}}).status, 200);
  EXPECT_EQ(server.get("/v1/asset", {{"Cookie", answer.header("Set-Cookie")}}).status, 200);
}

TEST_F(Logins, TheCookieIsSecureWhereTheClientCameByTls) {
  server.add_user("eve");
  const std::string body = R"({"username":"eve","password":"password"})";
  const Answer behind_proxy = server.post("/login", body, {{"X-Forwarded-Proto", "https"}});
  EXPECT_TRUE(behind_proxy.header("Set-Cookie").ends_with("; Secure"));
  http::Request request;
  EXPECT_FALSE(is_secure(request));
  request.secure = true;
  EXPECT_TRUE(is_secure(request));
}

TEST_F(Logins, TheBodyIsJsonWhateverItIsCalled) {
  server.add_user("eve");
  const std::string body = R"({"username":"eve","password":"password","unknown":[1]})";
  for (const char* type : {"application/json", "text/plain", "", "application/x-www-form-urlencoded"})
    EXPECT_EQ(server.post("/login", body, {{"Content-Type", type}}).status, 200) << type;
  EXPECT_EQ(server.post("/v1/login/", body).status, 200);
  for (const char* bad : {"", "{", "[]", "{}", R"({"username":"eve"})", R"({"username":"eve","password":5})",
                          "username=eve&password=password"})
    EXPECT_EQ(server.post("/login", bad).status, 400) << bad;
}

TEST_F(Logins, RefusalsSayNothing) {
  server.add_user("eve");
  server.add_user("ina");
  server.add_user("root", UsersAdmin::Standing::kAdmin);
  EXPECT_TRUE(server.admin.deactivate("ina"));
  const Answer wrong = server.log_in("eve", "wrong");
  EXPECT_EQ(wrong.status, 401);
  for (const auto& [name, password] : {std::pair<const char*, const char*>{"nobody", "password"},
                                       {"ina", "password"},
                                       {"", ""},
                                       {"eve", ""},
                                       {"a:b\n", "x"},
                                       {"Eve", "password"}}) {
    const Answer answer = server.log_in(name, password);
    EXPECT_EQ(answer.status, 401) << name;
    EXPECT_EQ(answer.body, wrong.body) << name;
    EXPECT_EQ(answer.headers.size(), wrong.headers.size()) << name;
  }
  EXPECT_EQ(server.log_in("eve", std::string(100'000, 'x')).status, 401);
}

TEST_F(Logins, RepeatedFailuresAreSlowedDownWhetherThereIsSuchAUserOrNot) {
  server.add_user("eve");
  std::string answers[2];
  for (int i = 0; i < 2; ++i) {
    server.peer_address = "192.0.2." + std::to_string(i);
    for (int j = 0; j < 8; ++j) {
      const Answer answer = server.log_in(i == 0 ? "eve" : "nobody", "wrong");
      answers[i] += std::to_string(answer.status) + answer.header("Retry-After") + answer.body;
    }
  }
  EXPECT_EQ(answers[0], answers[1]);
  server.peer_address = "192.0.2.0";
  const Answer early = server.log_in("eve", "password");
  EXPECT_EQ(early.status, 429);
  EXPECT_EQ(early.header("Retry-After"), "1");
  server.clock.advance_ns(1'000'000'000);
  EXPECT_EQ(server.log_in("eve", "password").status, 200);
  const std::string metrics = server.metrics.print();
  EXPECT_NE(metrics.find("aesel_logins_total{result=\"throttled\"} 7"), metrics.npos) << metrics;
  EXPECT_NE(metrics.find("aesel_logins_total{result=\"success\"} 1"), metrics.npos);
  EXPECT_NE(metrics.find("aesel_logins_total{result=\"refused\"} 10"), metrics.npos);
}

TEST_F(Logins, BcryptIsUpgradedAndOldTokensStay) {
  Cast cast(server);
  UserRecords records(server.store);
  User eve = cast.users.at("eve");
  eve.password_hash = kBcrypt;
  EXPECT_TRUE(run(records.replace_standing(eve)));
  EXPECT_EQ(server.log_in("eve", "wrong").status, 401);
  EXPECT_EQ(cast.stored("eve").password_hash, kBcrypt);
  EXPECT_EQ(server.log_in("eve", "U*U").status, 200);
  EXPECT_TRUE(cast.stored("eve").password_hash.starts_with("$argon2id$"));
  EXPECT_EQ(server.log_in("eve", "U*U").status, 200);
  EXPECT_EQ(server.get("/v1/asset", cast.headers("eve")).status, 200);
}

TEST_F(Logins, AnUpgradeThatCannotBeStoredStopsNobody) {
  Cast cast(server);
  User eve = cast.users.at("eve");
  eve.password_hash = kBcrypt;
  EXPECT_TRUE(run(UserRecords(server.store).replace_standing(eve)));
  server.store.write_failure = make_error_code(storage::Errc::kFull);
  EXPECT_EQ(server.log_in("eve", "U*U").status, 200);
}

TEST_F(Logins, WithoutTheStoreAre503AndNotCounted) {
  server.add_user("eve");
  server.store.read_failure = make_error_code(storage::Errc::kUnavailable);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(server.log_in("eve", "password").status, 503);
  server.store.read_failure = {};
  EXPECT_EQ(server.log_in("eve", "password").status, 200);
}

TEST_F(Logins, AnotherSiteCannotMakeThem) {
  server.add_user("eve");
  const std::string body = R"({"username":"eve","password":"password"})";
  EXPECT_EQ(server.post("/login", body, {{"Sec-Fetch-Site", "cross-site"}}).status, 403);
  EXPECT_EQ(server.post("/login", body, {{"Origin", "http://evil.example"}, {"Host", "aesel"}}).status, 403);
  EXPECT_EQ(server.post("/login", body, {{"Origin", "http://aesel"}, {"Host", "aesel"}}).status, 200);
}

TEST_F(Logins, AStaleTokenDoesNotHinderThem) {
  server.add_user("eve");
  const TestGateway::Headers stale{{"Authorization", "Bearer old"}, {"Cookie", "access_token=old"}};
  EXPECT_EQ(server.post("/login", R"({"username":"eve","password":"password"})", stale).status, 200);
}

TEST(LoginsOpen, LetEverybodyInWhoIsNobody) {
  TestGateway server;
  server.add_user("eve");
  EXPECT_EQ(server.log_in("aesel", "password").status, 200);
  EXPECT_EQ(server.log_in("", "").status, 200);
  EXPECT_EQ(server.log_in("eve", "password").status, 200);
  EXPECT_EQ(server.log_in("eve", "wrong").status, 401);
  EXPECT_EQ(server.post("/login", "{").status, 400);
}

TEST(LoginsOpen, GiveTokensThatMeanNothingLater) {
  TestGateway open;
  const TestGateway::Headers headers = open.authorization("root");
  TestGateway closed(Authentication::kOn);
  closed.add_user("root", UsersAdmin::Standing::kAdmin);
  EXPECT_EQ(closed.get("/v1/asset", headers).status, 401);
}

}  // namespace
}  // namespace aesel::gateway
