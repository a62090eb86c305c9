// Tokens and cookies, and what ends them.
#include "gateway/guard.hpp"

#include "gateway/test_cast.hpp"

namespace aesel::gateway {
namespace {

using http::Method;
using testing::Answer;
using testing::Cast;
using testing::run;
using testing::TestGateway;

constexpr const char* kPath = "/v1/project";

struct Fixture : ::testing::Test {
  int ask(TestGateway::Headers headers) { return server.get(kPath, std::move(headers)).status; }
  int post(TestGateway::Headers headers) { return server.post(kPath, "{}", std::move(headers)).status; }
  std::string cookie() const { return "a=b; access_token=" + cast.token("eve") + "; c=d"; }

  TestGateway server{Authentication::kOn};
  Cast cast{server};
};
using Tokens = Fixture;
using Cookies = Fixture;

TEST_F(Tokens, MissingOnesAreAskedForAsTheClientUnderstands) {
  const Answer api = server.get("/v1/scene/a%2Fb?x=1&y=%26");
  EXPECT_EQ(api.status, 401);
  EXPECT_EQ(api.header("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(api.json().at("err_code"), 120);
  const Answer page =
      server.get("/v1/scene/a%2Fb?x=1&y=%26", {{"accept", "text/html,application/xhtml+xml"}});
  EXPECT_EQ(page.status, 303);
  EXPECT_EQ(page.header("Location"), "/portal/login?next=%2Fv1%2Fscene%2Fa%252Fb%3Fx%3D1%26y%3D%2526");
  EXPECT_EQ(server.post(kPath, "{}", {{"Accept", "text/html"}}).status, 401)
      << "only what can be asked for again";
}

TEST_F(Tokens, AreReadFromTheHeaderOrElseTheCookie) {
  const std::string good = cast.token("eve");
  EXPECT_EQ(ask({{"authorization", "Bearer " + good}}), 200);
  EXPECT_EQ(ask({{"Authorization", "Bearer  " + good + " "}}), 200);
  EXPECT_EQ(ask({{"Authorization", "bearer " + good}}), 200);
  EXPECT_EQ(ask({{"cookie", cookie()}}), 200);
  EXPECT_EQ(ask({{"Cookie", "x=y"}, {"Cookie", "access_token=" + good}}), 200);
  EXPECT_EQ(ask({{"Authorization", "Basic dGVzdDp0ZXN0"}, {"Cookie", cookie()}}), 200);
  EXPECT_EQ(ask({{"Authorization", "Bearer nonsense"}, {"Cookie", cookie()}}), 401) << "the header wins";
  EXPECT_EQ(ask({{"Cookie", "xaccess_token=" + good}}), 401);
  EXPECT_EQ(ask({{"Authorization", good}}), 401);
  EXPECT_EQ(ask({{"X-Aesel-Principal", "eve"}}), 401);
}

TEST_F(Tokens, ForgedOnesDoNotCount) {
  const User& eve = cast.users.at("eve");
  const Claims claims{"eve", eve.id, eve.generation, 1'000'000};
  for (const std::string& token : {std::string(), std::string("."), std::string(".."), std::string(5000, 'x'),
                                   sign_token(claims, "another secret"), cast.token("eve") + "x"}) {
    EXPECT_EQ(ask({{"Authorization", "Bearer " + token}}), 401) << token;
  }
}

TEST_F(Tokens, EndWithTheirTime) {
  const TestGateway::Headers headers = cast.headers("eve");
  server.clock.advance_ns(59'000'000'000);
  EXPECT_EQ(ask(headers), 200);
  server.clock.advance_ns(2'000'000'000);
  EXPECT_EQ(ask(headers), 401);
}

TEST_F(Tokens, EndWithANewPassword) {
  const TestGateway::Headers headers = cast.headers("eve");
  EXPECT_EQ(server.put("/users/" + cast.id("eve"), R"({"password":"new"})", headers).status, 200);
  EXPECT_EQ(ask(headers), 401);
  EXPECT_EQ(ask(server.authorization("eve", "new")), 200);
}

TEST_F(Tokens, EndWithDeactivationAndDoNotComeBack) {
  const TestGateway::Headers headers = cast.headers("eve");
  const std::string active = "/users/" + cast.id("eve") + "/active";
  EXPECT_EQ(server.erase(active, cast.headers("root")).status, 200);
  EXPECT_EQ(ask(headers), 401);
  EXPECT_EQ(server.put(active, "", cast.headers("root")).status, 200);
  EXPECT_EQ(ask(headers), 401);
}

TEST_F(Tokens, EndWithTheUserEvenIfAnotherGetsTheName) {
  const TestGateway::Headers headers = cast.headers("eve");
  EXPECT_EQ(server.erase("/users/" + cast.id("eve"), cast.headers("root")).status, 200);
  EXPECT_EQ(ask(headers), 401);
  server.add_user("eve");
  EXPECT_EQ(ask(headers), 401);
}

TEST_F(Tokens, OutliveARename) {
  const TestGateway::Headers headers = cast.headers("eve");
  EXPECT_EQ(server.put("/users/" + cast.id("eve"), R"({"username":"eva"})", headers).status, 200);
  EXPECT_EQ(ask(headers), 200);
  EXPECT_EQ(server.projects.header("X-Aesel-Principal"), "eva");
}

TEST_F(Tokens, AdminIsReadEachTime) {
  const TestGateway::Headers headers = cast.headers("root");
  User root = cast.users.at("root");
  root.is_admin = false;
  EXPECT_TRUE(run(UserRecords(server.store).replace_standing(root)));
  EXPECT_EQ(server.get("/users", headers).status, 403);
}

TEST_F(Tokens, WithoutTheStoreNobodyPasses) {
  server.store.read_failure = make_error_code(storage::Errc::kUnavailable);
  EXPECT_EQ(ask(cast.headers("eve")), 503);
  EXPECT_EQ(ask({}), 401);
  EXPECT_EQ(server.get("/portal/login").status, 200);
}

TEST_F(Cookies, DoNotCountWhenAnotherSiteMakesTheBrowserSendThem) {
  const http::Header own{"Cookie", cookie()};
  const http::Header host{"Host", "aesel.example:8080"};
  EXPECT_EQ(post({own, host}), 200) << "no browser";
  EXPECT_EQ(post({own, host, {"Origin", "http://aesel.example:8080"}}), 200);
  EXPECT_EQ(post({own, host, {"Origin", "https://AESEL.example:8080"}}), 200);
  EXPECT_EQ(post({own, host, {"Sec-Fetch-Site", "same-origin"}}), 200);
  EXPECT_EQ(post({own, host, {"Sec-Fetch-Site", "none"}}), 200);
  for (const http::Header& foreign :
       {http::Header{"Origin", "http://evil.example"}, http::Header{"Origin", "null"},
        http::Header{"Origin", "http://aesel.example"},
        http::Header{"origin", "http://aesel.example:8080.evil.example"},
        http::Header{"Sec-Fetch-Site", "cross-site"}, http::Header{"Sec-Fetch-Site", "same-site"}}) {
    EXPECT_EQ(post({own, host, foreign}), 403) << foreign.value;
    EXPECT_EQ(ask({own, host, foreign}), 200) << "reading changes nothing, and the other site cannot see it";
    EXPECT_EQ(server.get("/v1/scene/s/object/o/lock?device=d", {own, host, foreign}).status, 403)
        << "but a lock does";
    EXPECT_EQ(post({{"Authorization", "Bearer " + cast.token("eve")}, own, host, foreign}), 200)
        << "a header is not sent by itself";
  }
}

TEST_F(Fixture, OtherServicesAskForScenesWithTheirCredentials) {
  const auto basic = [&](const char* text) {
    const TestGateway::Headers headers{{"Authorization", std::string("Basic ") + text}};
    return server.get("/cluster/test", headers).status;
  };
  EXPECT_EQ(basic("cGFpcjpwYWlyIHBhc3N3b3Jk"), 200);
  EXPECT_EQ(basic("cGFpcjpwYWlyIHBhc3N3b3Jl"), 401);
  EXPECT_EQ(basic("Og=="), 401);
  EXPECT_EQ(basic(""), 401);
  EXPECT_EQ(ask({{"Authorization", "Basic cGFpcjpwYWlyIHBhc3N3b3Jk"}}), 401) << "and for nothing else";
}

TEST_F(Fixture, CountsWhomItRefuses) {
  ask({});
  server.get("/users", cast.headers("eve"));
  const std::string metrics = server.metrics.print();
  EXPECT_NE(metrics.find("aesel_gateway_refused_total{reason=\"unauthenticated\"} 1"), metrics.npos)
      << metrics;
  EXPECT_NE(metrics.find("aesel_gateway_refused_total{reason=\"forbidden\"} 1"), metrics.npos) << metrics;
}

}  // namespace
}  // namespace aesel::gateway
