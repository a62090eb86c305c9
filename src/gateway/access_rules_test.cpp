// Who may do what, cell by cell, through the whole gateway; and every way around it that somebody has found.
#include "gateway/access_rules.hpp"

#include "gateway/test_cast.hpp"

namespace aesel::gateway {
namespace {

using http::Method;
using testing::Answer;
using testing::Cast;
using testing::TestGateway;

constexpr const char* kPeople[] = {"nobody", "eve", "mallory", "ina", "root"};

struct Row {
  Method method;
  const char* path;   // EVE and MALLORY stand for their ids
  const char* cells;  // one for each of kPeople: '+' passes, '1' is 401, '3' is 403
};

// eve's own are the users' rows with EVE.
constexpr Row kRows[] = {
    {Method::kPost, "/login", "+++++"},
    {Method::kPost, "/v1/login", "+++++"},
    {Method::kGet, "/login", "+++++"},
    {Method::kHead, "/login", "+++++"},
    {Method::kPut, "/login", "1++1+"},
    {Method::kDelete, "/login", "1++1+"},
    {Method::kPost, "/login/", "+++++"},
    {Method::kPost, "/login/more", "1++1+"},
    {Method::kGet, "/portal/login", "+++++"},
    {Method::kGet, "/portal", "1++1+"},
    {Method::kGet, "/portal/login/more", "1++1+"},
    {Method::kGet, "/health", "+++++"},
    {Method::kPost, "/health", "1++1+"},
    {Method::kGet, "/ready", "+++++"},
    {Method::kGet, "/metrics", "+++++"},
    {Method::kGet, "/actuator/health", "+++++"},
    {Method::kGet, "/actuator/env", "1++1+"},
    {Method::kGet, "/actuator", "1++1+"},
    {Method::kGet, "/openapi.yaml", "+++++"},
    {Method::kGet, "/asyncapi.yaml", "+++++"},
    {Method::kGet, "/docs", "+++++"},
    {Method::kGet, "/docs/", "+++++"},
    {Method::kGet, "/docs/js/viewer.js", "+++++"},
    {Method::kPut, "/docs/x", "1++1+"},
    {Method::kGet, "/css/a.css", "+++++"},
    {Method::kGet, "/js/a.js", "+++++"},
    {Method::kGet, "/images/a.png", "+++++"},
    {Method::kGet, "/favicon.ico", "+++++"},
    {Method::kGet, "/", "1++1+"},
    {Method::kGet, "/nothing", "1++1+"},
    {Method::kGet, "/v1/nothing", "1++1+"},

    {Method::kPost, "/users/sign-up", "1331+"},
    {Method::kPost, "/v1/users/sign-up", "1331+"},
    {Method::kPost, "/users/sign-up/", "1331+"},
    {Method::kPost, "//users//sign-up", "1331+"},
    {Method::kPost, "/users/sign%2Dup", "1331+"},
    {Method::kPut, "/users/sign-up", "1331+"},
    {Method::kPost, "/users", "1331+"},
    {Method::kGet, "/users", "1331+"},
    {Method::kHead, "/users", "1331+"},
    {Method::kGet, "/users/", "1331+"},
    {Method::kGet, "/v1/users/", "1331+"},
    {Method::kGet, "/users?num_records=5", "1331+"},
    {Method::kGet, "/users?username=eve", "1+31+"},
    {Method::kGet, "/users/?username=eve", "1+31+"},
    {Method::kGet, "/v1/users?username=eve", "1+31+"},
    {Method::kGet, "/users?username=mallory", "13+1+"},
    {Method::kGet, "/users?username=", "1331+"},
    {Method::kGet, "/users?username=Eve", "1331+"},
    {Method::kGet, "/users?email=eve@example.org", "1+31+"},
    {Method::kGet, "/users?email=root@example.org", "1331+"},
    {Method::kGet, "/users?username=root&email=eve@example.org", "1331+"},
    {Method::kGet, "/users?username=eve&email=root@example.org", "1+31+"},
    {Method::kGet, "/users?username=root&username=eve", "1331+"},
    {Method::kGet, "/users/EVE", "1+31+"},
    {Method::kHead, "/users/EVE", "1+31+"},
    {Method::kGet, "/users/EVE/", "1+31+"},
    {Method::kGet, "/v1/users/EVE", "1+31+"},
    {Method::kGet, "/users/MALLORY", "13+1+"},
    {Method::kGet, "/users/000000000000000000000000", "1331+"},
    {Method::kGet, "/users/nonsense", "1331+"},
    {Method::kPut, "/users/EVE", "1+31+"},
    {Method::kPut, "/v1/users/EVE", "1+31+"},
    {Method::kPost, "/users/EVE", "1331+"},
    {Method::kPatch, "/users/EVE", "1331+"},
    {Method::kOptions, "/users/EVE", "1331+"},
    {Method::kDelete, "/users/EVE", "1331+"},
    {Method::kDelete, "/v1/users/EVE", "1331+"},
    {Method::kPut, "/users/EVE/admin", "1331+"},
    {Method::kDelete, "/users/EVE/admin", "1331+"},
    {Method::kPut, "/v1/users/EVE/admin/", "1331+"},
    {Method::kPut, "/users/EVE/active", "1331+"},
    {Method::kDelete, "/users/EVE/active", "1331+"},
    {Method::kPut, "/users/EVE/projects/p", "1+31+"},
    {Method::kDelete, "/users/EVE/projects/p", "1+31+"},
    {Method::kPut, "/v1/users/EVE/projects/p/", "1+31+"},
    {Method::kPut, "/users/EVE/scenes/s", "1+31+"},
    {Method::kDelete, "/users/EVE/scenes/s", "1+31+"},
    {Method::kPut, "/users/MALLORY/scenes/s", "13+1+"},
    {Method::kPut, "/users/EVE/scenes", "1331+"},
    {Method::kGet, "/users/EVE/scenes/s", "1331+"},
    {Method::kPut, "/users/EVE/anything/else", "1331+"},

    {Method::kGet, "/cluster/test", "1331+"},
    {Method::kGet, "/cluster/test/", "1331+"},
    {Method::kGet, "/cluster", "1++1+"},

    {Method::kGet, "/v1/scene/s", "1++1+"},
    {Method::kPut, "/v1/scene/s", "1++1+"},
    {Method::kPost, "/v1/scene/query", "1++1+"},
    {Method::kDelete, "/v1/scene/s", "1++1+"},
    {Method::kPut, "/v1/scene/cache/s", "1++1+"},
    {Method::kPost, "/v1/scene/s/register", "1++1+"},
    {Method::kPost, "/v1/scene/s/object", "1++1+"},
    {Method::kGet, "/v1/scene/s/object/o/lock?device=d", "1++1+"},
    {Method::kPost, "/v1/scene/s/property/query/", "1++1+"},
    {Method::kPost, "/v1/object", "1++1+"},
    {Method::kPost, "/v1/property", "1++1+"},
    {Method::kPost, "/v1/register", "1++1+"},
    {Method::kPost, "/v1/align", "1++1+"},
    {Method::kPost, "/v1/deregister", "1++1+"},
    {Method::kPost, "/v1/device/query", "1++1+"},
    {Method::kPost, "/v1/asset", "1++1+"},
    {Method::kGet, "/v1/asset/a", "1++1+"},
    {Method::kDelete, "/v1/asset/a", "1++1+"},
    {Method::kGet, "/v1/history/a", "1++1+"},
    {Method::kGet, "/v1/asset-history/a", "1++1+"},
    {Method::kPut, "/v1/relationship", "1++1+"},
    {Method::kPost, "/v1/collection", "1++1+"},
    {Method::kPost, "/v1/bulk/asset", "1++1+"},
    {Method::kPost, "/v1/bulk/collection", "1++1+"},
    {Method::kPost, "/v1/bulk/relationship", "1++1+"},
    {Method::kPost, "/v1/project", "1++1+"},
    {Method::kPut, "/v1/project/p/groups/g", "1++1+"},
    {Method::kPost, "/v1/owner", "1++1+"},
    {Method::kGet, "/v1/project/users", "1++1+"},  // names that sound like something else mean nothing
    {Method::kGet, "/v1/scene/users/object/sign-up", "1++1+"},
    {Method::kGet, "/v1/scene/cluster", "1++1+"},
};

char cell(int status) {
  if (status == 401) return '1';
  return status == 403 ? '3' : '+';
}

std::string with_ids(std::string path, const Cast& cast) {
  for (const auto& [word, name] : {std::pair{"EVE", "eve"}, std::pair{"MALLORY", "mallory"}}) {
    const std::size_t at = path.find(word);
    if (at != path.npos) path.replace(at, std::string_view(word).size(), cast.id(name));
  }
  return path;
}

TEST(AccessRules, EveryCell) {
  for (const Row& row : kRows) {
    std::string cells;
    for (const char* person : kPeople) {
      TestGateway server(Authentication::kOn);
      const Cast cast(server);
      cells += cell(server.send(row.method, with_ids(row.path, cast), "{", cast.headers(person)).status);
    }
    const std::string& expected = row.cells;
    // A login with this body is refused as such, not for want of a token.
    EXPECT_EQ(cells, expected) << http::to_text(row.method) << " " << row.path;
  }
}

TEST(AccessRules, WithoutAuthenticationEverybodyPasses) {
  for (const Row& row : kRows) {
    TestGateway server;
    const Cast cast(server);
    EXPECT_EQ(cell(server.send(row.method, with_ids(row.path, cast), "{").status), '+') << row.path;
  }
}

TEST(AccessRules, TheUsersKeyCountsInEitherCase) {
  TestGateway server(Authentication::kOn);
  const Cast cast(server);
  EXPECT_EQ(server.get("/users/" + std::string(24, 'E'), cast.headers("eve")).status, 200);
}

// The holes of the original, one test each.

TEST(Holes, NobodyMakesHimselfAnAdmin) {
  TestGateway server(Authentication::kOn);
  const Cast cast(server);
  const std::string own = "/users/" + cast.id("eve");
  EXPECT_EQ(server.put(own + "/admin", "", cast.headers("eve")).status, 403);
  EXPECT_EQ(server.put(own + "/admin?username=eve", "", cast.headers("eve")).status, 403);
  EXPECT_EQ(server.put(own, R"({"isAdmin":true,"isActive":true})", cast.headers("eve")).status, 200);
  EXPECT_FALSE(cast.stored("eve").is_admin);
}

TEST(Holes, TheOwnNameOrKeyInTheQueryOpensNothing) {
  TestGateway server(Authentication::kOn);
  const Cast cast(server);
  const std::string other = "/users/" + cast.id("mallory");
  for (const std::string& query : {std::string("?x=eve"), std::string("?username=eve"),
                                   "?id=" + cast.id("eve"), std::string("?email=eve@example.org")}) {
    EXPECT_EQ(server.get(other + query, cast.headers("eve")).status, 403) << query;
    EXPECT_EQ(server.put(other + query, R"({"password":"x"})", cast.headers("eve")).status, 403) << query;
    EXPECT_EQ(server.erase(other + query, cast.headers("eve")).status, 403) << query;
    EXPECT_EQ(server.post("/users/sign-up" + query, "{}", cast.headers("eve")).status, 403) << query;
  }
  EXPECT_EQ(server.get("/users?x=eve", cast.headers("eve")).status, 403);
}

TEST(Holes, ThePathIsReadOnceAndAsAWhole) {
  TestGateway server(Authentication::kOn);
  const Cast cast(server);
  const std::string eve = cast.id("eve");
  const std::string mallory = cast.id("mallory");
  // Slashes and dots in one segment, dots that climb, doubled slashes, another id somewhere in the path.
  for (const std::string& path :
       {"/users/" + mallory + "%2F.." + "%2F" + eve, "/users/" + eve + "%2F..%2F" + mallory,
        "/users/" + eve + "%2fadmin", "/users//" + mallory, "/users/" + mallory + "//",
        "/users/" + mallory + ";" + eve, "/users/" + mallory + "%00", "/users/" + eve + "/../" + mallory,
        "/v1/users/" + mallory + "?" + eve, "/users/./" + mallory, "/%75sers/" + mallory,
        "/users/" + mallory + "/projects/" + eve}) {
    http::Request request;
    if (!http::parse_target(path, request)) continue;  // refused before us
    const int status = server.put(path, R"({"email":"taken@example.org"})", cast.headers("eve")).status;
    EXPECT_EQ(status, 403) << path;
  }
  EXPECT_EQ(cast.stored("mallory"), cast.users.at("mallory"));
  EXPECT_EQ(server.get("/v1/../users/" + mallory, cast.headers("eve")).status, 404);
  EXPECT_EQ(server.get("/v1/scene/%2e%2e/%2e%2e/users/" + mallory, cast.headers("eve")).status, 404);
  EXPECT_EQ(server.get("/portal/login/../../users", cast.headers("nobody")).status, 401);
  EXPECT_EQ(server.get("/docs/../users", cast.headers("nobody")).status, 404)
      << "a public path that climbs leads nowhere";
  EXPECT_EQ(server.get("/docs/%2e%2e/users", cast.headers("nobody")).status, 404);
  EXPECT_EQ(server.get("/docs/..%2Fusers", cast.headers("nobody")).status, 404);
  EXPECT_TRUE(server.scenes.asked.empty());
}

TEST(Holes, InactiveUsersReachNothing) {
  TestGateway server(Authentication::kOn);
  const Cast cast(server);
  for (const char* path : {"/v1/scene/s", "/v1/asset", "/v1/project", "/cluster/test", "/users?username=ina"})
    EXPECT_EQ(server.get(path, cast.headers("ina")).status, 401) << path;
  EXPECT_EQ(server.get("/users/" + cast.id("ina"), cast.headers("ina")).status, 401);
}

TEST(Holes, NamesThatSoundLikePathsAreNotRefused) {
  TestGateway server(Authentication::kOn);
  const Cast cast(server);
  for (const char* path :
       {"/v1/scene/users", "/v1/scene/sign-up/asset/cluster", "/v1/project/users/groups/cache"})
    EXPECT_EQ(server.get(path, cast.headers("eve")).status, 200) << path;
}

TEST(Holes, SignUpDoesNotOverwriteAnId) {
  TestGateway server(Authentication::kOn);
  const Cast cast(server);
  nlohmann::json body{
      {"id", cast.id("eve")}, {"key", cast.id("eve")}, {"username", "new"}, {"password", "p"}};
  const Answer answer = server.post("/users/sign-up", body.dump(), cast.headers("root"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.json().at("id"), cast.id("eve"));
  EXPECT_EQ(cast.stored("eve"), cast.users.at("eve"));
}

}  // namespace
}  // namespace aesel::gateway
