// The operations on scenes, row by row of the contract (1.5, 2, 5, 9), through the routes.
#include "scenes/scenes.hpp"

#include "scenes/test_server.hpp"

namespace aesel::scenes {
namespace {

using testing::Answer;
using testing::TestServer;

const std::vector<http::Header> kEve{{"X-Aesel-Principal", "eve"}};
const std::vector<http::Header> kMallory{{"X-Aesel-Principal", "mallory"}};

void expect_success(const Answer& answer, int type, const std::string& key) {
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.code(), 100);
  EXPECT_EQ(answer.type(), type);
  EXPECT_EQ(answer.records(), 1);
  EXPECT_EQ(answer.scene().at("key"), key);
  EXPECT_FALSE(answer.body.contains("err_msg"));
  EXPECT_FALSE(answer.body.contains("event_destination_port"));
}

void expect_refusal(const Answer& answer, int status, int code) {
  EXPECT_EQ(answer.status, status);
  EXPECT_EQ(answer.code(), code);
  EXPECT_TRUE(answer.body.contains("err_msg"));
}

TEST(SceneCreate, PostMakesAUuidUnlessTheBodyHasAKey) {
  TestServer server;
  const Answer made = server.post("/v1/scene/", R"({"scenes":[{"key":"","name":"n"}]})");
  const std::string key = made.scene().at("key");
  EXPECT_EQ(key.size(), 36u);
  expect_success(made, 0, key);
  EXPECT_EQ(server.get("/v1/scene/" + key).scene().at("name"), "n");
  expect_success(server.post("/v1/scene", R"({"scenes":[{"key":"mine"}]})"), 0, "mine");
  server.expect_consistent();
}

TEST(SceneCreate, PutTakesTheKeyOfThePath) {
  TestServer server;
  expect_success(server.put("/v1/scene/12345", R"({"scenes":[{"key":"other","name":"n"}]})"), 0, "12345");
  EXPECT_EQ(server.get("/v1/scene/other").status, 404);
}

TEST(SceneCreate, ReplyTellsOnlyTheKey) {
  TestServer server;
  const Answer answer = server.put("/v1/scene/k", R"({"scenes":[{"name":"n","active":false,"tags":["x"]}]})");
  EXPECT_EQ(answer.scene().at("active"), true);
  EXPECT_EQ(answer.scene().at("tags").size(), 0u);
  EXPECT_EQ(answer.scene().at("name"), "");
}

TEST(SceneCreate, PutOnAnExistingKeyOverwritesWhatIsSupplied) {
  TestServer server;
  server.put("/v1/scene/k",
             R"({"scenes":[{"name":"n","region":"r","latitude":5,"active":false,"tags":["x","y"],
    "assets":["a"]}]})");
  expect_success(server.put("/v1/scene/k", R"({"scenes":[{"name":"m","tags":["z","z"]}]})"), 0, "k");
  const Answer answer = server.get("/v1/scene/k");
  EXPECT_EQ(answer.scene().at("name"), "m");
  EXPECT_EQ(answer.scene().at("region"), "r");
  EXPECT_EQ(answer.scene().at("latitude"), 5.0);
  EXPECT_EQ(answer.scene().at("active"), false);
  EXPECT_EQ(answer.scene().at("tags"), nlohmann::json({"z"}));
  EXPECT_EQ(answer.scene().at("assets"), nlohmann::json({"a"}));
  expect_success(server.post("/v1/scene", R"({"scenes":[{"key":"k","region":"s"}]})"), 0, "k");
  EXPECT_EQ(server.get("/v1/scene/k").scene().at("region"), "s");
  EXPECT_EQ(server.scenes.graph().find_scene({"k"})->name, "m");
  server.expect_consistent();
}

TEST(SceneCreate, WrongTypesAreIgnored) {
  TestServer server;
  const std::string body = R"({"scenes":[{"name":5,"latitude":"x","tags":7,"active":"no","devices":3}]})";
  EXPECT_EQ(server.post("/v1/scene", body).code(), 100);
  expect_success(server.put("/v1/scene/k", body), 0, "k");
}

TEST(SceneCreate, WithoutASceneIsAProcessingError) {
  TestServer server;
  for (const char* body : {"{}", "[]", "5", R"({"scenes":[]})", R"({"scenes":[5]})", R"({"scenes":null})"}) {
    expect_refusal(server.post("/v1/scene", body), 400, 120);
    expect_refusal(server.put("/v1/scene/k", body), 400, 120);
  }
}

TEST(SceneCreate, KeysThatCannotTravelInADatagramAreRefused) {
  TestServer server;
  expect_refusal(server.put("/v1/scene/a%0Ab", R"({"scenes":[{}]})"), 400, 122);
  expect_refusal(server.put("/v1/scene/%FF", R"({"scenes":[{}]})"), 400, 122);
  expect_refusal(server.put("/v1/scene/" + std::string(1025, 'k'), R"({"scenes":[{}]})"), 400, 122);
  expect_refusal(server.post("/v1/scene", R"({"scenes":[{"key":"a\nb"}]})"), 400, 122);
  EXPECT_EQ(server.put("/v1/scene/a%20%2F%C3%A9", R"({"scenes":[{}]})").scene().at("key"), "a /\xc3\xa9");
}

TEST(SceneBodies, BadJsonIs400WithCode110AndTheTypeOfTheRoute) {
  TestServer server;
  const std::pair<const char*, int> targets[] = {
      {"/v1/scene", 0},      {"/v1/scene/k", 1}, {"/v1/scene/query", 2}, {"/v1/register", 4},
      {"/v1/deregister", 5}, {"/v1/align", 6},   {"/v1/device/query", 7}};
  for (const auto& [target, type] : targets) {
    for (const char* body : {"", "{\"scenes\":[{\"key\":\"k", "nonsense"}) {
      const Answer answer = server.post(target, body);
      expect_refusal(answer, 400, 110);
      EXPECT_EQ(answer.type(), type) << target;
      EXPECT_EQ(answer.records(), 0) << target;
    }
  }
  expect_refusal(server.put("/v1/scene/k", "{"), 400, 110);
}

TEST(SceneGet, MissIs404WithTheEnvelope) {
  TestServer server;
  const Answer answer = server.get("/v1/scene/none");
  expect_refusal(answer, 404, 102);
  EXPECT_EQ(answer.type(), 2);
  EXPECT_EQ(answer.records(), 0);
}

TEST(SceneGet, GivesEverythingThatIsStoredAndIgnoresItsBody) {
  TestServer server;
  server.put("/v1/scene/k",
             R"({"scenes":[{"name":"n","description":"d","thumbnail":"t","region":"r","latitude":1,
    "longitude":2,"distance":9,"tags":["x"],"assets":["a"],"devices":[{"key":"d"}]}]})");
  const Answer answer = server.send(http::Method::kGet, "/v1/scene/k/", "{bad");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.dump(), nlohmann::json::parse(R"({"msg_type":2,"err_code":100,"num_records":1,
    "start_record":0,"scenes":[{"key":"k","name":"n","description":"d","thumbnail":"t","region":"r","latitude":1.0,
    "active":true,"public":true,"longitude":2.0,"distance":0.0,"assets":["a"],"tags":["x"],"devices":[]}]})")
                                    .dump());
}

TEST(SceneUpdate, UnknownSceneIsASuccessWithoutEffect) {
  TestServer server;
  expect_success(server.post("/v1/scene/none", R"({"scenes":[{"name":"n"}]})"), 1, "none");
  expect_success(server.put("/v1/scene/none/asset/a"), 1, "none");
  expect_success(server.erase("/v1/scene/none/asset/a"), 1, "none");
  expect_success(server.erase("/v1/scene/none"), 3, "none");
  EXPECT_EQ(server.store.applied, 0);
}

TEST(SceneUpdate, OverwritesScalarsAndKeepsFlagsThatAreNotSupplied) {
  TestServer server;
  server.put("/v1/scene/k", R"({"scenes":[{"name":"n","region":"r","active":false,"latitude":1}]})");
  expect_success(server.post("/v1/scene/k", R"({"scenes":[{"name":"m","region":"","latitude":-9999.0}]})"), 1,
                 "k");
  const Scene* scene = server.scenes.graph().find_scene({"k"});
  EXPECT_EQ(scene->name, "m");
  EXPECT_EQ(scene->region, "r");
  EXPECT_EQ(scene->latitude, 1.0);
  EXPECT_FALSE(scene->is_active);
  server.post("/v1/scene/k", R"({"scenes":[{"active":true}]})");
  EXPECT_TRUE(scene->is_active);
  server.expect_consistent();
}

TEST(SceneUpdate, AppendsWithoutDuplicatesAndRemoves) {
  TestServer server;
  server.put("/v1/scene/k", R"({"scenes":[{"tags":["b","a"],"assets":["m"]}]})");
  const auto tags = [&] { return server.get("/v1/scene/k").scene().at("tags"); };
  server.post("/v1/scene/k", R"({"scenes":[{"tags":["a","c","c"],"assets":["m","n"]}]})");
  EXPECT_EQ(tags(), nlohmann::json({"b", "a", "c"}));
  server.post("/v1/scene/k", R"({"operation":11,"scenes":[{"tags":["a","zz"],"assets":["m"]}]})");
  EXPECT_EQ(tags(), nlohmann::json({"b", "c"}));
  EXPECT_EQ(server.get("/v1/scene/k").scene().at("assets"), nlohmann::json({"n"}));
  server.post("/v1/scene/k", R"({"operation":12,"scenes":[{"name":"renamed","tags":["q"]}]})");
  EXPECT_EQ(tags(), nlohmann::json({"b", "c"}));
  EXPECT_EQ(server.get("/v1/scene/k").scene().at("name"), "renamed");
  server.expect_consistent();
}

TEST(SceneUpdate, WithoutASceneIsASuccessAndChangesNothing) {
  TestServer server;
  server.put("/v1/scene/k", R"({"scenes":[{"active":false}]})");
  expect_success(server.post("/v1/scene/k", "{}"), 1, "k");
  EXPECT_FALSE(server.scenes.graph().find_scene({"k"})->is_active);
}

TEST(SceneUpdate, ListsHaveALimitHoweverSlowlyTheyGrow) {
  TestServer server;
  std::string tags = "\"0\"";
  for (int i = 1; i < 1000; ++i) tags += ",\"" + std::to_string(i) + "\"";
  server.put("/v1/scene/k", R"({"scenes":[{"tags":[)" + tags + "]}]}");
  expect_success(server.post("/v1/scene/k", R"({"scenes":[{"tags":["7"]}]})"), 1, "k");
  expect_refusal(server.post("/v1/scene/k", R"({"scenes":[{"tags":["one more"]}]})"), 400, 122);
  EXPECT_EQ(server.scenes.graph().find_scene({"k"})->tags.size(), 1000u);
}

TEST(SceneAssets, AddingIsIdempotentAndDoesNotPublish) {
  TestServer server;
  server.put("/v1/scene/k", R"({"scenes":[{"private":true,"active":false}]})", kEve);
  for (int i = 0; i < 2; ++i) expect_success(server.put("/v1/scene/k/asset/asset5", "", kEve), 1, "k");
  const Scene* scene = server.scenes.graph().find_scene({"k"});
  EXPECT_EQ(scene->assets, std::vector<std::string>{"asset5"});
  EXPECT_FALSE(scene->is_public);
  EXPECT_FALSE(scene->is_active);
  for (int i = 0; i < 2; ++i) expect_success(server.erase("/v1/scene/k/asset/asset5", kEve), 1, "k");
  EXPECT_TRUE(scene->assets.empty());
  expect_refusal(server.put("/v1/scene/k/asset/%FF", "", kEve), 400, 122);
  server.expect_consistent();
}

TEST(SceneDelete, TakesRegistrationsLinksAndTheFanOutEntry) {
  TestServer server;
  for (const char* scene : {"a", "b"}) {
    server.post("/v1/register", R"({"scenes":[{"key":")" + std::string(scene) +
                                    R"(","devices":[{"key":"d","hostname":"h","port":1}]}]})");
  }
  server.post("/v1/align", R"({"scenes":[{"key":"b","devices":[{"key":"d"}]}]})");
  ASSERT_EQ(server.scenes.graph().links().size(), 1u);
  expect_success(server.erase("/v1/scene/b"), 3, "b");
  EXPECT_TRUE(server.scenes.graph().links().empty());
  EXPECT_EQ(server.fan_out.devices.size(), 1u);
  EXPECT_EQ(server.get("/v1/scene/b").status, 404);
  server.expect_consistent();
}

TEST(SceneQueryRoute, FindsAndPagesAndEchoes) {
  TestServer server;
  for (int i = 0; i < 25; ++i)
    server.put("/v1/scene/s" + std::to_string(100 + i), R"({"scenes":[{"name":"n"}]})");
  EXPECT_EQ(server.post("/v1/scene/query/", R"({"scenes":[{"name":"n"}]})").records(), 10);
  const Answer page =
      server.post("/v1/scene/query",
                  R"({"transaction_id":"t9","num_records":12,"start_record":3,"scenes":[{"name":"n"}]})");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.type(), 2);
  EXPECT_EQ(page.records(), 12);
  EXPECT_EQ(page.body.at("start_record"), 3);
  EXPECT_EQ(page.body.at("transaction_id"), "t9");
  EXPECT_EQ(page.scene().at("key"), "s103");
  EXPECT_EQ(server.post("/v1/scene/query", R"({"num_records":50,"scenes":[{}]})").records(), 25);
  EXPECT_EQ(server.post("/v1/scene/query", R"({"scenes":[{"name":5}]})").status, 200) << "unfiltered";
}

TEST(SceneQueryRoute, SeveralScenesAreAUnion) {
  TestServer server;
  for (const char* key : {"a", "b", "c"}) server.put(std::string("/v1/scene/") + key, R"({"scenes":[{}]})");
  const Answer answer = server.post("/v1/scene/query", R"({"scenes":[{"key":"c"},{"key":"a"},{"key":"c"}]})");
  EXPECT_EQ(answer.records(), 2);
  EXPECT_EQ(answer.scene(0).at("key"), "a");
  EXPECT_EQ(answer.scene(1).at("key"), "c");
}

TEST(SceneQueryRoute, Refusals) {
  TestServer server;
  server.put("/v1/scene/k", R"({"scenes":[{}]})");
  const auto query = [&](const char* body) { return server.post("/v1/scene/query", body); };
  const Answer miss = query(R"({"transaction_id":"t","scenes":[{"name":"none"}]})");
  expect_refusal(miss, 404, 102);
  EXPECT_EQ(miss.type(), 2);
  EXPECT_EQ(miss.records(), 0);
  EXPECT_FALSE(miss.body.contains("transaction_id"));
  expect_refusal(query(R"({"num_records":0,"scenes":[{}]})"), 404, 102);
  expect_refusal(query(R"({"num_records":-1,"scenes":[{}]})"), 400, 120);
  expect_refusal(query(R"({"start_record":-1,"scenes":[{}]})"), 400, 120);
  expect_refusal(query("{}"), 400, 120);
  expect_refusal(query(R"({"scenes":[{"public":false}]})"), 400, 120);
  expect_refusal(query(R"({"scenes":[{"private":true}]})"), 400, 120);
  std::string filters = "{}";
  for (int i = 0; i < 64; ++i) filters += ",{}";
  expect_refusal(query((R"({"scenes":[)" + filters + "]}").c_str()), 400, 122);
}

TEST(SceneOwnership, PrivateScenesAreSeenByTheirOwnerOnly) {
  TestServer server;
  server.put("/v1/scene/k", R"({"scenes":[{"name":"n","private":true,"public":true,"user":"forged"}]})",
             kEve);
  EXPECT_EQ(server.get("/v1/scene/k").status, 404);
  EXPECT_EQ(server.get("/v1/scene/k", kMallory).status, 404);
  const Answer own = server.get("/v1/scene/k", kEve);
  EXPECT_EQ(own.scene().at("user"), "eve");
  EXPECT_EQ(own.scene().at("public"), false);
  const std::string everything = R"({"scenes":[{}]})";
  EXPECT_EQ(server.post("/v1/scene/query", everything).status, 404);
  EXPECT_EQ(server.post("/v1/scene/query", everything, kEve).records(), 1);
  EXPECT_EQ(server.post("/v1/scene/query", R"({"scenes":[{"private":true}]})", kEve).records(), 1);
  EXPECT_EQ(server.post("/v1/scene/query", R"({"scenes":[{"private":true}]})", kMallory).status, 404);
}

TEST(SceneOwnership, OthersCannotChangeAPrivateScene) {
  TestServer server;
  server.put("/v1/scene/k", R"({"scenes":[{"name":"n","private":true}]})", kEve);
  const int applied = server.store.applied;
  expect_refusal(server.put("/v1/scene/k", R"({"scenes":[{"name":"taken"}]})", kMallory), 403, 120);
  expect_success(server.post("/v1/scene/k", R"({"scenes":[{"name":"x"}]})", kMallory), 1, "k");
  expect_success(server.put("/v1/scene/k/asset/a", "", kMallory), 1, "k");
  expect_success(server.erase("/v1/scene/k"), 3, "k");
  const std::string device = R"({"scenes":[{"key":"k","devices":[{"key":"d"}]}]})";
  expect_refusal(server.post("/v1/register", device, kMallory), 200, 102);
  EXPECT_EQ(server.store.applied, applied);
  EXPECT_EQ(server.post("/v1/register", device, kEve).code(), 100);
  expect_refusal(server.post("/v1/align", device, kMallory), 200, 102);
  EXPECT_EQ(server.post("/v1/deregister", device, kMallory).code(), 100);
  EXPECT_EQ(server.fan_out.devices.size(), 1u);
  EXPECT_EQ(server.post("/v1/scene/k", R"({"scenes":[{"public":true}]})", kEve).code(), 100);
  EXPECT_EQ(server.get("/v1/scene/k").scene().at("user"), "eve");
}

TEST(SceneOwnership, PublicScenesAreEditedByAllAndDeletedByTheirOwner) {
  TestServer server;
  server.put("/v1/scene/k", R"({"scenes":[{"name":"n"}]})", kEve);
  expect_success(server.post("/v1/scene/k", R"({"scenes":[{"name":"m"}]})", kMallory), 1, "k");
  expect_success(server.put("/v1/scene/k", R"({"scenes":[{"name":"o","public":true}]})", kMallory), 0, "k");
  const int applied = server.store.applied;
  expect_refusal(server.post("/v1/scene/k", R"({"scenes":[{"public":false}]})", kMallory), 403, 120);
  expect_refusal(server.put("/v1/scene/k", R"({"scenes":[{"private":true}]})", kMallory), 403, 120);
  expect_refusal(server.erase("/v1/scene/k", kMallory), 403, 120);
  EXPECT_EQ(server.store.applied, applied);
  expect_success(server.erase("/v1/scene/k", kEve), 3, "k");
  EXPECT_EQ(server.get("/v1/scene/k").status, 404);
}

TEST(SceneOwnership, AdminsSeeNoMoreButMayDelete) {
  const std::vector<http::Header> admin{{"X-Aesel-Principal", "root"}, {"X-Aesel-Standing", "admin"}};
  TestServer server;
  server.put("/v1/scene/k", R"({"scenes":[{"name":"n","private":true}]})", kEve);
  EXPECT_EQ(server.get("/v1/scene/k", admin).status, 404);
  expect_success(server.erase("/v1/scene/k", admin), 3, "k");
  EXPECT_EQ(server.get("/v1/scene/k", kEve).status, 404);
}

TEST(SceneOwnership, ScenesFollowTheNewNameOfTheirOwner) {
  TestServer server;
  server.put("/v1/scene/a", R"({"scenes":[{"private":true}]})", kEve);
  server.put("/v1/scene/b", R"({"scenes":[{"name":"n"}]})", kEve);
  server.put("/v1/scene/c", R"({"scenes":[{"name":"n"}]})", kMallory);
  const std::string rename = R"({"from":"eve","to":"eva"})";
  EXPECT_EQ(server.post("/v1/owner", rename, kEve).status, 403);
  EXPECT_EQ(server.post("/v1/owner", rename).body, nlohmann::json({{"changed", 2}}));
  EXPECT_EQ(server.post("/v1/owner", rename).body, nlohmann::json({{"changed", 0}}));
  EXPECT_EQ(server.get("/v1/scene/a", kEve).status, 404);
  EXPECT_EQ(server.get("/v1/scene/a", {{"X-Aesel-Principal", "eva"}}).scene().at("user"), "eva");
  EXPECT_EQ(server.get("/v1/scene/c").scene().at("user"), "mallory");
  server.expect_consistent();
}

TEST(SceneOwnership, PrivateSceneThatNobodyOwnsStaysReachable) {
  TestServer server;
  server.put("/v1/scene/k", R"({"scenes":[{"private":true}]})");
  EXPECT_EQ(server.get("/v1/scene/k").status, 404);
  server.post("/v1/scene/k", R"({"scenes":[{"public":true}]})");
  EXPECT_EQ(server.get("/v1/scene/k").status, 200);
}

TEST(SceneCache, AnyKeyIsASuccess) {
  TestServer server;
  for (int i = 0; i < 2; ++i) expect_success(server.put("/v1/scene/cache/none"), 9, "none");
  for (int i = 0; i < 2; ++i) expect_success(server.erase("/v1/scene/cache/none/"), 9, "none");
  EXPECT_EQ(server.store.applied, 0);
  expect_success(server.put("/v1/scene/cache", R"({"scenes":[{}]})"), 0, "cache");
}

TEST(SceneRoutes, HealthAndTheUnknown) {
  TestServer server;
  EXPECT_EQ(server.get("/health").body, nlohmann::json({{"status", "up"}}));
  EXPECT_EQ(server.get("/v1").status, 404);
  EXPECT_EQ(server.get("/v1/nothing/here").status, 404);
  EXPECT_EQ(server.get("/v1/scene").status, 405);
  EXPECT_EQ(server.get("/v1/register").status, 405);
}

TEST(SceneFailures, StoreFailureIs500OrA503IfItMayPassAndChangesNothing) {
  TestServer server;
  server.put("/v1/scene/k", R"({"scenes":[{"name":"n"}]})");
  const std::pair<storage::Errc, int> failures[] = {{storage::Errc::kCorrupt, 500},
                                                    {storage::Errc::kNotFound, 500},
                                                    {storage::Errc::kFull, 503},
                                                    {storage::Errc::kUnavailable, 503}};
  for (const auto& [failure, status] : failures) {
    server.store.failure = make_error_code(failure);
    for (const Answer& answer :
         {server.post("/v1/scene", R"({"scenes":[{}]})"), server.put("/v1/scene/new", R"({"scenes":[{}]})"),
          server.put("/v1/scene/k", R"({"scenes":[{"name":"m"}]})"), server.put("/v1/scene/k/asset/a"),
          server.post("/v1/scene/k", R"({"scenes":[{"name":"m"}]})"), server.erase("/v1/scene/k")}) {
      expect_refusal(answer, status, 120);
      EXPECT_EQ(answer.records(), 0);
    }
  }
  EXPECT_EQ(server.get("/v1/scene/k").scene().at("name"), "n");
  server.expect_consistent();
  server.store.failure = {};
  expect_success(server.erase("/v1/scene/k"), 3, "k");
}

}  // namespace
}  // namespace aesel::scenes
