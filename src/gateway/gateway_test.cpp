// The door as a whole: which service gets which request, with which headers.
#include "gateway/gateway.hpp"

#include "access/principal.hpp"
#include "gateway/test_gateway.hpp"

namespace aesel::gateway {
namespace {

using http::Method;
using testing::Answer;
using testing::TestGateway;

TEST(Gateway, GivesEachPathToItsService) {
  TestGateway server;
  const std::pair<const char*, const char*> expected[] = {
      {"/v1/scene/12345/object/", "objects:/v1/object"},
      {"/v1/scene/12345/object/k/action/a%20b/keyframe/3", "objects:/v1/object/k/action/a b/keyframe/3"},
      {"/v1/scene/x/property/query", "objects:/v1/property/query"},
      {"/v1/object/query", "objects:/v1/object/query"},
      {"/v1/scene", "scenes:/v1/scene"},
      {"/v1/scene/query/", "scenes:/v1/scene/query"},
      {"/v1/scene/s", "scenes:/v1/scene/s"},
      {"/v1/scene/s/asset/a", "scenes:/v1/scene/s/asset/a"},
      {"/v1/scene/cache/s", "scenes:/v1/scene/cache/s"},
      {"/v1/scene/s/register", "scenes:/v1/register"},
      {"/v1/scene/s/register/more", "scenes:/v1/scene/s/register/more"},
      {"/v1/register", "scenes:/v1/register"},
      {"/v1/device/query", "scenes:/v1/device/query"},
      {"/v1/asset", "assets:/v1/asset"},
      {"/v1/asset/key/file.obj", "assets:/v1/asset/key/file.obj"},
      {"/v1/history/key", "assets:/v1/history/key"},
      {"/v1/asset-history/key", "assets:/v1/history/key"},
      {"/v1/relationship", "assets:/v1/relationship"},
      {"/v1/collection/key", "assets:/v1/collection/key"},
      {"/v1/bulk/asset", "assets:/v1/bulk/asset"},
      {"/v1/bulk/collection/", "assets:/v1/bulk/collection"},
      {"/v1/bulk/relationship", "assets:/v1/bulk/relationship"},
      {"/v1/project/key/groups/a%2Fb", "projects:/v1/project/key/groups/a/b"},
      {"//v1///project//", "projects:/v1/project"},
  };
  for (const auto& [path, answer] : expected) EXPECT_EQ(server.get(path).body, answer) << path;
}

TEST(Gateway, UnknownPathsAre404InJson) {
  TestGateway server;
  for (const char* path : {"/", "/v1", "/v2/scene", "/v1/nothing", "/scene", "/v1/bulk", "/v1/bulk/nothing",
                           "/v1/bulk/asset/more", "/v1/owner", "/v1/assets", "/v1/scene/../asset",
                           "/v1/scene/%2e%2e/asset", "/v1/scene/.", "/v1/portal/login", "/v1/login/more"}) {
    const Answer answer = server.get(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(answer.json().at("err_code"), 102) << path;
  }
  EXPECT_TRUE(server.scenes.asked.empty());
}

TEST(Gateway, TellsTheScenesServiceWhichSceneThePathNamed) {
  TestGateway server;
  EXPECT_EQ(server.post("/v1/scene/s%201/register/", "{}").status, 200);
  EXPECT_EQ(server.scenes.header(kSceneHeader), "s 1");
  server.post("/v1/register", "{}");
  EXPECT_EQ(server.scenes.header(kSceneHeader), "");
}

TEST(Gateway, AClientCannotNameTheSceneOrItsStandingInAHeader) {
  TestGateway server;
  const TestGateway::Headers smuggled{{"x-aesel-SCENE", "other"}, {"x-aesel-STANDING", "admin"}};
  server.post("/v1/register", "{}", smuggled);
  EXPECT_EQ(server.scenes.header(kSceneHeader), "");
  EXPECT_EQ(server.scenes.header(access::kStandingHeader), "");
  server.post("/v1/scene/s/register", "{}", smuggled);
  EXPECT_EQ(server.scenes.header(kSceneHeader), "s");
}

TEST(Gateway, WithoutAuthenticationAPrincipalAndCredentialsPass) {
  TestGateway server;
  server.get("/v1/asset", {{"X-Aesel-Principal", "eve"}, {"Authorization", "Basic dGVzdDp0ZXN0"}});
  EXPECT_EQ(server.assets.header("X-Aesel-Principal"), "eve");
  EXPECT_EQ(server.assets.header("Authorization"), "Basic dGVzdDp0ZXN0");
}

TEST(Gateway, CookiesStayHere) {
  TestGateway server;
  server.assets.answer = [](http::Request&, http::Response& response) {
    response.headers = {{"set-cookie", "a=b"}, {"ETag", "x"}};
  };
  const Answer answer = server.get("/v1/asset", {{"cookie", "access_token=x"}});
  EXPECT_EQ(server.assets.header("Cookie"), "");
  EXPECT_EQ(answer.header("Set-Cookie"), "");
  EXPECT_EQ(answer.header("ETag"), "x");
}

TEST(Gateway, WithAuthenticationTheServicesAreToldTheUser) {
  TestGateway server(Authentication::kOn);
  server.add_user("eve");
  server.add_user("root", UsersAdmin::Standing::kAdmin);
  TestGateway::Headers headers = server.authorization("eve");
  headers.insert(headers.begin(), {"x-aesel-principal", "root"});
  headers.push_back({"X-AESEL-STANDING", "admin"});
  headers.push_back({"X-Aesel-Principal", "root"});
  EXPECT_EQ(server.get("/v1/project", headers).body, "projects:/v1/project");
  EXPECT_EQ(server.projects.header("X-Aesel-Principal"), "eve");
  EXPECT_EQ(server.projects.header("X-Aesel-Standing"), "");
  EXPECT_EQ(server.projects.header("Authorization"), "") << "the token is nobody else's business";
  server.get("/v1/project", server.authorization("root"));
  EXPECT_EQ(server.projects.header("X-Aesel-Principal"), "root");
  EXPECT_EQ(server.projects.header("X-Aesel-Standing"), "admin");
}

TEST(Gateway, AsksTheServiceHowItWantsABody) {
  TestGateway server;
  const auto mode = [&](std::string_view target) {
    http::Request head;
    head.method = Method::kPost;
    EXPECT_TRUE(http::parse_target(target, head));
    const std::vector<std::string> before = head.segments;
    const http::BodyMode answer = server.gateway.body_mode(head);
    EXPECT_EQ(head.segments, before);
    return answer;
  };
  for (const char* path :
       {"/v1/asset/stream", "/v1/project/stream", "/v1/scene/stream", "/v1/scene/s/object/stream"})
    EXPECT_EQ(mode(path), http::BodyMode::kStream) << path;
  for (const char* path : {"/v1/asset", "/v1/nothing/stream", "/users/stream", "/v1/users/stream", "/login"})
    EXPECT_EQ(mode(path), http::BodyMode::kWhole) << path;
}

TEST(Gateway, AnswersHealthForSpring) {
  TestGateway server(Authentication::kOn);
  EXPECT_EQ(server.get("/actuator/health").body, R"({"status":"UP"})");
}

TEST(Gateway, LoginPageIsSelfContained) {
  TestGateway server(Authentication::kOn);
  const Answer page = server.get("/portal/login");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  const std::string policy = page.header("Content-Security-Policy");
  EXPECT_NE(policy.find("default-src 'none'; script-src 'sha256-"), policy.npos) << policy;
  EXPECT_EQ(policy.find("unsafe"), policy.npos);
  EXPECT_EQ(page.body.find("src="), page.body.npos);
  const Answer lead = server.get("/login");
  EXPECT_EQ(lead.status, 303);
  EXPECT_EQ(lead.header("Location"), "/portal/login");
}

}  // namespace
}  // namespace aesel::gateway
