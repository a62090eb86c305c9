// Registration, alignment and what devices are told (contract 1.5, 3, 4, 7.3, 9), through the routes.
#include "scenes/scenes.hpp"

#include "scenes/test_server.hpp"

namespace aesel::scenes {
namespace {

using testing::Answer;
using testing::TestServer;

/// {"scenes":[{"key":scene,"devices":[{"key":device, more}]}]}
std::string body(const std::string& scene, const std::string& device, const std::string& more = "") {
  return R"({"scenes":[{"key":")" + scene + R"(","devices":[{"key":")" + device + "\"" + more + "}]}]}";
}
std::string at(const std::string& translation, const std::string& rotation) {
  return R"(,"transform":{"translation":[)" + translation + R"(],"rotation":[)" + rotation + "]}";
}

void expect_vector(const nlohmann::json& got, double x, double y, double z) {
  ASSERT_EQ(got.size(), 3u);
  EXPECT_NEAR(got[0].get<double>(), x, 1e-6);
  EXPECT_NEAR(got[1].get<double>(), y, 1e-6);
  EXPECT_NEAR(got[2].get<double>(), z, 1e-6);
}

void expect_transform(const Answer& answer, std::array<double, 3> translation,
                      std::array<double, 3> rotation) {
  const nlohmann::json& transform = answer.scene().at("devices").at(0).at("transform");
  expect_vector(transform.at("translation"), translation[0], translation[1], translation[2]);
  expect_vector(transform.at("rotation"), rotation[0], rotation[1], rotation[2]);
}

TEST(Register, AnswersTwoScenesTheTargetFirst) {
  TestServer server;
  const Answer answer = server.post("/v1/register/", R"({"transaction_id":"t","scenes":[{"key":"s","name":"n",
    "tags":["x"],"devices":[{"key":"d","hostname":"10.0.0.9","port":5005,"connection_string":null,"transform":null}]}]})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.code(), 100);
  EXPECT_EQ(answer.type(), 4);
  EXPECT_EQ(answer.records(), 2);
  EXPECT_EQ(answer.body.at("transaction_id"), "t");
  EXPECT_EQ(answer.scene().at("key"), "s");
  EXPECT_EQ(answer.scene().at("devices").dump(),
            R"([{"key":"d","transform":{"rotation":[0.0,0.0,0.0],"translation":[0.0,0.0,0.0]}}])");
  EXPECT_FALSE(answer.scene(1).contains("key"));
  EXPECT_TRUE(answer.scene(1).at("devices").empty());
  EXPECT_EQ(server.get("/v1/scene/s").scene().at("name"), "n") << "created from the request";
  EXPECT_EQ(server.get("/v1/scene/s").scene().at("tags").size(), 1u);
  EXPECT_EQ((server.fan_out.devices.at({"s", "d"})), (DeviceAddress{"10.0.0.9", 5005}));
  server.expect_consistent();
}

TEST(Register, MakesKeysForAnEmptySceneKeyAndAnEmptyDeviceKey) {
  TestServer server;
  const Answer answer = server.post("/v1/register", body("", ""));
  const std::string scene = answer.scene().at("key");
  const std::string device = answer.scene().at("devices").at(0).at("key");
  EXPECT_EQ(scene.size(), 36u);
  EXPECT_EQ(device.size(), 36u);
  EXPECT_NE(server.scenes.graph().find_registration({scene}, {device}), nullptr);
}

TEST(Register, AgainRefreshesTheAddressAndKeepsTheTransform) {
  TestServer server;
  server.post("/v1/register",
              body("s", "d", R"(,"hostname":"old","port":1,"connection_string":"c")" + at("1,2,3", "")));
  EXPECT_EQ(server.post("/v1/register", body("s", "d", R"(,"hostname":"new")" + at("9,9,9", ""))).records(),
            2);
  const Registration* registration = server.scenes.graph().find_registration({"s"}, {"d"});
  EXPECT_EQ(registration->hostname, "new");
  EXPECT_EQ(registration->port, 1);
  EXPECT_EQ(registration->connection_string, "c");
  EXPECT_EQ(registration->device_to_scene.translation, (geometry::Vector3{1, 2, 3}));
  EXPECT_EQ((server.fan_out.devices.at({"s", "d"})), (DeviceAddress{"new", 1}));
  server.expect_consistent();
  const int applied = server.store.applied;
  server.post("/v1/register", body("s", "d"));
  EXPECT_EQ(server.store.applied, applied) << "nothing new to store";
}

TEST(Register, TransformOfTheRequestIsTheInitialOneAndMakesNoLink) {
  TestServer server;
  server.post("/v1/register", body("a", "d"));
  const Answer answer = server.post("/v1/register", body("b", "d", at("1,2,3", "0.1,0.2,0.3")));
  expect_transform(answer, {0, 0, 0}, {0, 0, 0});
  EXPECT_FALSE(answer.scene(1).contains("key"));
  const geometry::EulerPose stored =
      geometry::to_euler(server.scenes.graph().find_registration({"b"}, {"d"})->device_to_scene);
  EXPECT_EQ(stored.translation, (geometry::Vector3{1, 2, 3}));
  EXPECT_NEAR(stored.rotation.y, 0.2, 1e-12);
  EXPECT_TRUE(server.scenes.graph().links().empty());
}

/// The scenes, links and device poses of the contract's worked example (4.6).
void build_worked_example(TestServer& server) {
  for (const char* scene : {"S1", "S2"}) server.post("/v1/register", body(scene, "guide"));
  server.post("/v1/align", body("S1", "guide", at("1,2,3", "0.1,0.2,0.3")));
  server.post("/v1/align", body("S2", "guide", at("4,5,6", "0.4,-0.5,0.6")));
  // The link S3 -> S2 comes from a second device with an identity pose in S3.
  for (const char* scene : {"S3", "S2"}) server.post("/v1/register", body(scene, "scout"));
  server.post("/v1/align", body("S2", "scout", at("0.5,-1,2", "0,0,1.5707963267948966")));
}

TEST(Align, LinksOtherScenesToTheAlignedOne) {
  TestServer server;
  build_worked_example(server);
  const std::vector<Link> links = server.scenes.graph().links();
  ASSERT_EQ(links.size(), 2u);
  EXPECT_EQ(links[0].from, SceneId{"S1"});
  EXPECT_EQ(links[0].to, SceneId{"S2"});
  const geometry::EulerPose link = geometry::to_euler(links[0].from_to);
  EXPECT_NEAR(link.translation.x, 5.640021, 1e-6);
  EXPECT_NEAR(link.translation.y, 3.819854, 1e-6);
  EXPECT_NEAR(link.translation.z, 2.850780, 1e-6);
  EXPECT_NEAR(link.rotation.x, 0.350836, 1e-6);
  EXPECT_NEAR(link.rotation.y, -0.719678, 1e-6);
  EXPECT_NEAR(link.rotation.z, 0.261626, 1e-6);
  server.expect_consistent();
}

TEST(Register, AnswersThePathFromTheOriginAndStoresWhereTheDeviceIs) {
  TestServer server;
  build_worked_example(server);
  server.post("/v1/register", body("S1", "walker", at("1,2,3", "0.1,0.2,0.3")));
  const Answer answer = server.post("/v1/register", body("S3", "walker"));
  EXPECT_EQ(answer.scene(0).at("key"), "S3");
  EXPECT_EQ(answer.scene(1).at("key"), "S1");
  expect_transform(answer, {4.819854, -5.140021, 0.850780}, {-0.750939, -0.261424, -1.545879});
  // The device's own point ends up in S3 where the path takes it from S1.
  const SceneGraph& graph = server.scenes.graph();
  const geometry::Vector3 in_s1 =
      geometry::apply(graph.find_registration({"S1"}, {"walker"})->device_to_scene, {0.5, 0.25, -1});
  const geometry::Vector3 in_s3 =
      geometry::apply(graph.find_registration({"S3"}, {"walker"})->device_to_scene, {0.5, 0.25, -1});
  const geometry::Vector3 by_path = geometry::apply(*graph.path({"S1"}, {"S3"}), in_s1);
  EXPECT_NEAR(in_s3.x, by_path.x, 1e-12);
  EXPECT_NEAR(in_s3.y, by_path.y, 1e-12);
  EXPECT_NEAR(in_s3.z, by_path.z, 1e-12);
  server.expect_consistent();
}

TEST(Register, OriginIsTheMostRecentRegistrationThatHasAPath) {
  TestServer server;
  build_worked_example(server);
  server.post("/v1/register", body("S1", "walker"));
  server.post("/v1/register", body("S2", "walker"));
  server.post("/v1/register", body("island", "walker"));
  EXPECT_EQ(server.post("/v1/register", body("S3", "walker")).scene(1).at("key"), "S2");
}

TEST(Align, AgainOverwritesTheOneLinkOfThePair) {
  TestServer server;
  build_worked_example(server);
  for (int i = 0; i < 5; ++i) server.post("/v1/align", body("S1", "guide", at("1,0,0", "0,0,0")));
  ASSERT_EQ(server.scenes.graph().links().size(), 2u);
  EXPECT_EQ(server.scenes.graph().links()[0].from, SceneId{"S2"});
  server.expect_consistent();
}

TEST(Align, AnswersOneSceneWithItsKey) {
  TestServer server;
  server.post("/v1/register", body("s", "d"));
  for (const http::Method method : {http::Method::kPost, http::Method::kPut}) {
    const Answer answer = server.send(method, "/v1/align/",
                                      R"({"transaction_id":"t","scenes":[{"key":"s","devices":[{"key":"d",
                                      "transform":{"translation":[1,2,3],"rotation":[0,0,0]}}]}]})");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.code(), 100);
    EXPECT_EQ(answer.type(), 6);
    EXPECT_EQ(answer.records(), 1);
    EXPECT_EQ(answer.body.at("transaction_id"), "t");
    EXPECT_EQ(answer.scene().at("key"), "s");
    EXPECT_TRUE(answer.scene().at("devices").empty());
  }
}

TEST(Align, WithoutATransformIsTheIdentity) {
  TestServer server;
  server.post("/v1/register", body("s", "d", at("1,2,3", "")));
  EXPECT_EQ(server.post("/v1/align", body("s", "d")).code(), 100);
  EXPECT_EQ(server.scenes.graph().find_registration({"s"}, {"d"})->device_to_scene, geometry::Pose{});
}

TEST(Align, OfADeviceThatIsNotRegisteredThereIs102AndMakesNoScene) {
  TestServer server;
  server.post("/v1/register", body("s", "d"));
  for (const auto& [scene, device] : {std::pair{"s", "other"}, {"other", "d"}, {"none", "none"}, {"s", ""}}) {
    const Answer answer = server.post("/v1/align", body(scene, device));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.code(), 102);
    EXPECT_EQ(answer.records(), 1);
  }
  EXPECT_EQ(server.get("/v1/scene/other").status, 404);
}

TEST(Deregister, RemovesThatRegistrationOnlyAndKeepsSceneAndLinks) {
  TestServer server;
  build_worked_example(server);
  const Answer answer = server.post("/v1/deregister/", body("S1", "guide"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.code(), 100);
  EXPECT_EQ(answer.type(), 5);
  EXPECT_EQ(answer.records(), 1);
  EXPECT_EQ(answer.scene().at("key"), "S1");
  EXPECT_TRUE(answer.scene().at("devices").empty());
  EXPECT_EQ(server.scenes.graph().registrations_of({"guide"}).size(), 1u);
  EXPECT_EQ(server.scenes.graph().links().size(), 2u);
  EXPECT_EQ(server.get("/v1/scene/S1").status, 200);
  EXPECT_FALSE(server.fan_out.devices.contains({"S1", "guide"}));
  server.expect_consistent();
}

TEST(Deregister, OfAStrangerIsASuccess) {
  TestServer server;
  EXPECT_EQ(server.post("/v1/deregister", body("none", "d")).code(), 100);
  server.put("/v1/scene/s", R"({"scenes":[{}]})");
  EXPECT_EQ(server.post("/v1/deregister", body("s", "d")).code(), 100);
}

TEST(DeviceOperations, WhatIsMissingIsToldWithStatus200ExceptForTheScene) {
  TestServer server;
  for (const char* target : {"/v1/register", "/v1/deregister", "/v1/align"}) {
    const Answer no_scene = server.post(target, "{}");
    EXPECT_EQ(no_scene.status, 400) << target;
    EXPECT_EQ(no_scene.code(), 122) << target;
    EXPECT_EQ(no_scene.records(), 0) << target;
    for (const char* unusable : {R"({"scenes":[{"key":"s"}]})", R"({"scenes":[{"key":"s","devices":[]}]})",
                                 R"({"scenes":[{"key":"s","devices":[{"hostname":"h"},{"key":5}]}]})"}) {
      const Answer answer = server.post(target, unusable);
      EXPECT_EQ(answer.status, 200) << target;
      EXPECT_EQ(answer.code(), 122) << target;
      EXPECT_EQ(answer.records(), 1) << target;
      EXPECT_EQ(answer.scene().at("key"), "s") << target;
    }
    const Answer numbers = server.post(target, R"({"scenes":[{"key":1,"devices":[{"key":2}]}]})");
    EXPECT_EQ(numbers.status, 200) << target;
    EXPECT_NE(numbers.code(), 100) << target;
    EXPECT_FALSE(numbers.scene().contains("key")) << target;
  }
  for (const char* target : {"/v1/deregister", "/v1/align"}) {
    EXPECT_EQ(server.post(target, body("", "d")).code(), 122) << target;
  }
  EXPECT_EQ(server.store.applied, 0);
}

TEST(DeviceOperations, SceneKeyComesFromTheGatewayIfTheBodyHasNone) {
  TestServer server;
  const std::vector<http::Header> gateway{{"X-Aesel-Scene", "from the path"}};
  const std::string keyless = R"({"scenes":[{"devices":[{"key":"d"}]}]})";
  EXPECT_EQ(server.post("/v1/register", keyless, gateway).scene().at("key"), "from the path");
  EXPECT_EQ(server.post("/v1/align", keyless, gateway).code(), 100);
  EXPECT_EQ(server.post("/v1/deregister", keyless, gateway).scene().at("key"), "from the path");
  EXPECT_TRUE(server.scenes.graph().registrations_of({"d"}).empty());
  EXPECT_EQ(server.post("/v1/register", body("s", "d"), gateway).scene().at("key"), "s") << "the body rules";
  const Answer nothing = server.post("/v1/register", "{}", gateway);
  EXPECT_EQ(nothing.status, 200);
  EXPECT_EQ(nothing.code(), 122);
  EXPECT_EQ(nothing.scene().at("key"), "from the path");
  EXPECT_EQ(server.post("/v1/scene", R"({"scenes":[{"key":"k"}]})", gateway).scene().at("key"), "k");
}

TEST(DeviceOperations, StoreFailureIs200WithCode120OrA503IfItMayPass) {
  TestServer server;
  server.post("/v1/register", body("s", "d"));
  const int calls = server.fan_out.calls;
  for (const auto& [failure, status] : {std::pair{storage::Errc::kCorrupt, 200},
                                        {storage::Errc::kFull, 503},
                                        {storage::Errc::kUnavailable, 503}}) {
    server.store.failure = make_error_code(failure);
    for (const Answer& answer :
         {server.post("/v1/register", body("new", "d")),
          server.post("/v1/register", body("s", "d", R"(,"port":7)")),
          server.post("/v1/align", body("s", "d")), server.post("/v1/deregister", body("s", "d"))}) {
      EXPECT_EQ(answer.status, status);
      EXPECT_EQ(answer.code(), 120);
      EXPECT_EQ(answer.records(), 1);
    }
  }
  EXPECT_EQ(server.fan_out.calls, calls);
  EXPECT_EQ(server.get("/v1/scene/new").status, 404);
  server.expect_consistent();
}

TEST(DeviceQuery, TellsTheAddressOfTheMostRecentRegistration) {
  TestServer server;
  server.post("/v1/register", body("a", "d", R"(,"hostname":"old","port":1)"));
  server.post("/v1/register", body("b", "d", R"(,"hostname":"new","port":2,"connection_string":"c")"));
  const Answer answer =
      server.post("/v1/device/query", R"({"transaction_id":"t","scenes":[{"devices":[{"key":"d"}]}]})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.type(), 7);
  EXPECT_EQ(answer.body.at("transaction_id"), "t");
  EXPECT_EQ(answer.records(), 1);
  EXPECT_FALSE(answer.scene().contains("key"));
  EXPECT_EQ(answer.scene().at("devices").dump(),
            R"([{"connection_string":"c","hostname":"new","key":"d","port":2}])");
}

TEST(DeviceQuery, Refusals) {
  TestServer server;
  const auto query = [&](const char* text) {
    const Answer answer = server.post("/v1/device/query", text);
    return std::pair{answer.status, answer.code()};
  };
  EXPECT_EQ(query("{}"), (std::pair{400, 120}));
  EXPECT_EQ(query(R"({"scenes":[{}]})"), (std::pair{400, 122}));
  EXPECT_EQ(query(R"({"scenes":[{"devices":[{"key":"d"}]}]})"), (std::pair{404, 102}));
}

TEST(EventDestination, IsToldWithEveryRegistration) {
  TestServer configured(ScenesOptions{{"events.example", 8762}});
  Answer answer = configured.post("/v1/register", body("s", "d"));
  EXPECT_EQ(answer.body.at("event_destination_host"), "events.example");
  EXPECT_EQ(answer.body.at("event_destination_port"), 8762);
  EXPECT_FALSE(configured.post("/v1/align", body("s", "d")).body.contains("event_destination_port"));

  TestServer local(ScenesOptions{{"", 8762}});
  answer = local.post("/v1/register", body("s", "d"));
  EXPECT_EQ(answer.body.at("event_destination_host"), "192.0.2.1");
  EXPECT_EQ(answer.body.at("event_destination_port"), 8762);

  TestServer unknown;
  answer = unknown.post("/v1/register", body("s", "d"));
  EXPECT_FALSE(answer.body.contains("event_destination_host"));
  EXPECT_FALSE(answer.body.contains("event_destination_port"));
}

TEST(Load, BringsBackEverything) {
  TestServer server;
  build_worked_example(server);
  server.put("/v1/scene/S1",
             R"({"scenes":[{"name":"n","description":"d","thumbnail":"t","region":"r","latitude":1.5,
    "longitude":-0.1,"active":false,"private":true,"tags":["x"],"assets":["a"]}]})",
             {{"X-Aesel-Principal", "eve"}});
  server.post("/v1/register", body("S1", "guide", R"(,"hostname":"h","port":5,"connection_string":"c")"));

  testing::NotingFanOut fan_out;
  Scenes again(server.store, fan_out, {}, server.clock);
  ASSERT_TRUE(again.load());
  EXPECT_EQ(fan_out.devices, server.fan_out.devices);
  EXPECT_EQ(again.graph().links(), server.scenes.graph().links());
  server.scenes.graph().for_each_scene([&](const Scene& scene) {
    ASSERT_NE(again.graph().find_scene(scene.key), nullptr);
    EXPECT_EQ(*again.graph().find_scene(scene.key), scene);
    for (const Registration* registration : server.scenes.graph().registrations_in(scene.key)) {
      ASSERT_NE(again.graph().find_registration(scene.key, registration->device), nullptr);
      EXPECT_EQ(*again.graph().find_registration(scene.key, registration->device), *registration);
    }
  });
}

/// A store whose contents were tampered with.
class FixedStore final : public storage::GraphStore {
 public:
  explicit FixedStore(storage::GraphContents contents) : contents_(std::move(contents)) {}
  Result<storage::GraphContents> load() override { return contents_; }
  Task<Result<void>> apply(std::vector<storage::GraphChange>) override { co_return Result<void>{}; }
  Task<Result<void>> check() override { co_return Result<void>{}; }

 private:
  storage::GraphContents contents_;
};

TEST(Load, RefusesRecordsThatContradictEachOther) {
  const storage::StoredScene scene{"s", "{}"};
  const storage::GraphContents bad[] = {
      {{{"s", "not json"}}, {}, {}},
      {{scene}, {{.scene = "other", .device = "d", .body = "{}"}}, {}},
      {{scene}, {{.scene = "s", .device = "d", .body = "[]"}}, {}},
      {{scene}, {}, {{"s", "other", {}}}},
      {{scene}, {}, {{"s", "s", {}}}},
  };
  for (const storage::GraphContents& contents : bad) {
    FixedStore store(contents);
    testing::NotingFanOut fan_out;
    ManualClock clock;
    Scenes scenes(store, fan_out, {}, clock);
    const Result<void> loaded = scenes.load();
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error(), storage::Errc::kCorrupt);
  }
}

TEST(Load, NewRegistrationsAreMoreRecentThanLoadedOnes) {
  TestServer server;
  build_worked_example(server);
  server.post("/v1/register", body("S1", "walker"));
  testing::NotingFanOut fan_out;
  Scenes again(server.store, fan_out, {}, server.clock);
  ASSERT_TRUE(again.load());
  boost::asio::io_context context;
  std::string origin;
  const auto story = [&]() -> Task<void> {
    for (const char* scene : {"S2", "S3"}) {
      Call call;
      call.request.scenes.resize(1);
      call.request.scenes[0].key = scene;
      call.request.scenes[0].devices.resize(1);
      call.request.scenes[0].devices[0].key = "walker";
      const Reply reply = co_await again.register_device(std::move(call));
      origin = reply.scenes.at(1).scene.key.value;
    }
  };
  boost::asio::co_spawn(context, story(), [](std::exception_ptr error) { EXPECT_FALSE(error); });
  context.run();
  EXPECT_EQ(origin, "S2");
}

}  // namespace
}  // namespace aesel::scenes
