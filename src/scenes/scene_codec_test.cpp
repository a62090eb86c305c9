// What clients may send, and the exact bytes that they get.
#include "scenes/scene_codec.hpp"

#include <gtest/gtest.h>

namespace aesel::scenes {
namespace {

SceneRequest decode(std::string_view body) {
  auto request = decode_request(body);
  if (!request) {
    ADD_FAILURE() << request.error().message;
    return {};
  }
  return std::move(*request);
}

Code refusal(std::string_view body) {
  const auto request = decode_request(body);
  return request ? Code::kSuccess : request.error().code;
}

TEST(SceneRequest, ReadsEveryMember) {
  const SceneRequest request =
      decode(R"({"num_records":3,"start_record":4,"operation":11,"transaction_id":"t",
    "scenes":[{"key":"k","name":"n","description":"d","thumbnail":"th","region":"r","latitude":1,"longitude":-2.5,
    "distance":7,"active":false,"public":true,"private":true,"assets":["a",3,""],"tags":["x"],
    "devices":[{"key":"dev","hostname":"h","port":5005,"connection_string":"c",
    "transform":{"translation":[1,2,3],"rotation":[0,0,0]}}]}]})");
  EXPECT_EQ(request.num_records, 3);
  EXPECT_EQ(request.start_record, 4);
  EXPECT_EQ(request.operation, kRemove);
  EXPECT_EQ(request.transaction_id, "t");
  ASSERT_EQ(request.scenes.size(), 1u);
  SceneInput want{.key = "k",
                  .name = "n",
                  .description = "d",
                  .thumbnail = "th",
                  .region = "r",
                  .latitude = 1.0,
                  .longitude = -2.5,
                  .distance = 7,
                  .is_active = false,
                  .is_public = false,
                  .assets = {"a"},
                  .tags = {"x"}};
  want.devices = {{.key = "dev",
                   .connection_string = "c",
                   .hostname = "h",
                   .port = 5005,
                   .transform = geometry::from_euler({{1, 2, 3}, {}})}};
  EXPECT_EQ(request.scenes[0], want);
}

TEST(SceneRequest, WrongTypesNullsAndUnknownMembersAreAsIfAbsent) {
  const SceneRequest request =
      decode(R"({"num_records":"3","start_record":null,"operation":1.5,"transaction_id":9,
    "error_code":null,"event_destination_port":"8000","msg_type":"x",
    "scenes":[{"key":5,"name":1,"description":null,"thumbnail":[],"region":{},"latitude":"1","longitude":true,
    "distance":"5","active":"no","public":0,"private":null,"assets":5,"tags":{"a":1},"devices":"none"}]})");
  EXPECT_EQ(request.num_records, 10);
  EXPECT_EQ(request.start_record, 0);
  EXPECT_EQ(request.operation, kAppend);
  EXPECT_EQ(request.transaction_id, "");
  ASSERT_EQ(request.scenes.size(), 1u);
  EXPECT_EQ(request.scenes[0], SceneInput{});
}

TEST(SceneRequest, ElementsThatAreNotObjectsAreSkipped) {
  const SceneRequest request =
      decode(R"({"scenes":[5,null,[],"x",{"key":"k","devices":[3,{"key":"d"},null]}]})");
  ASSERT_EQ(request.scenes.size(), 1u);
  EXPECT_EQ(request.scenes[0].key, "k");
  ASSERT_EQ(request.scenes[0].devices.size(), 1u);
}

TEST(SceneRequest, TopLevelThatIsNoObjectHasNoMembers) {
  for (const char* body : {"5", "[]", "\"x\"", "null", "[{\"scenes\":[{}]}]"}) {
    EXPECT_TRUE(decode(body).scenes.empty()) << body;
  }
}

TEST(SceneRequest, TextAfterTheFirstValueIsIgnored) {
  EXPECT_EQ(decode("{\"scenes\":[{}]} tail").scenes.size(), 1u);
}

TEST(SceneRequest, BadJsonIsRefused) {
  for (const char* body : {"", " ", "{", "{\"scenes\":[{\"key\":\"1", "nope", "{\"a\":\"\xff\"}"}) {
    EXPECT_EQ(refusal(body), Code::kBadJson) << body;
  }
  EXPECT_EQ(refusal(std::string(100'000, '[')), Code::kBadJson);
}

TEST(SceneRequest, SentinelsMeanAbsent) {
  const SceneRequest request = decode(R"({"scenes":[{"latitude":-9999.0,"longitude":-10000}]})");
  EXPECT_FALSE(request.scenes[0].latitude);
  EXPECT_FALSE(request.scenes[0].longitude);
}

TEST(SceneRequest, DeviceNeedsAStringKeyWhichMayBeEmpty) {
  const SceneRequest request =
      decode(R"({"scenes":[{"devices":[{"hostname":"h"},{"key":7},{"key":null},{"key":""}]}]})");
  ASSERT_EQ(request.scenes[0].devices.size(), 1u);
  EXPECT_EQ(request.scenes[0].devices[0].key, "");
}

TEST(SceneRequest, PortOutsideOfItsRangeIsAsIfAbsent) {
  for (const char* port : {"999999", "0", "-1", "65536", "\"80\"", "1e3", "99999999999"}) {
    const SceneRequest request =
        decode(std::string(R"({"scenes":[{"devices":[{"key":"d","port":)") + port + "}]}]}");
    EXPECT_FALSE(request.scenes[0].devices[0].port) << port;
  }
}

geometry::EulerPose transform_of(std::string_view transform) {
  const SceneRequest request =
      decode(R"({"scenes":[{"devices":[{"key":"d","transform":)" + std::string(transform) + "}]}]}");
  return geometry::to_euler(request.scenes.at(0).devices.at(0).transform.value());
}

TEST(SceneRequest, TransformTakesWhatIsThereAndZerosForTheRest) {
  EXPECT_EQ(transform_of("{}"), geometry::EulerPose{});
  EXPECT_EQ(transform_of(R"({"translation":[1]})").translation, (geometry::Vector3{1, 0, 0}));
  EXPECT_EQ(transform_of(R"({"translation":[1,"x",3,4,5]})").translation, (geometry::Vector3{1, 0, 3}));
  EXPECT_EQ(transform_of(R"({"translation":7,"rotation":null})"), geometry::EulerPose{});
  EXPECT_NEAR(transform_of(R"({"rotation":[0.1,0.2,0.3]})").rotation.z, 0.3, 1e-12);
}

TEST(SceneRequest, TransformThatIsNoObjectIsAbsent) {
  for (const char* transform : {"null", "5", "[1,2,3]"}) {
    const SceneRequest request =
        decode(std::string(R"({"scenes":[{"devices":[{"key":"d","transform":)") + transform + "}]}]}");
    EXPECT_FALSE(request.scenes[0].devices[0].transform) << transform;
  }
}

std::string scene_with(std::string_view member, std::size_t bytes) {
  return "{\"scenes\":[{\"" + std::string(member) + "\":\"" + std::string(bytes, 'x') + "\"}]}";
}

TEST(SceneRequest, LimitsAreRefusedAndTheirEdgesAreNot) {
  for (const char* member : {"key", "name", "thumbnail", "region"}) {
    EXPECT_EQ(refusal(scene_with(member, kKeyBytesMax)), Code::kSuccess) << member;
    EXPECT_EQ(refusal(scene_with(member, kKeyBytesMax + 1)), Code::kInsufficient) << member;
  }
  EXPECT_EQ(refusal(scene_with("description", kDescriptionBytesMax)), Code::kSuccess);
  EXPECT_EQ(refusal(scene_with("description", kDescriptionBytesMax + 1)), Code::kInsufficient);
  for (const char* member : {"tags", "assets"}) {
    const auto list = [&](std::size_t n) {
      std::string body = "{\"scenes\":[{\"" + std::string(member) + "\":[\"x\"";
      for (std::size_t i = 1; i < n; ++i) body += ",\"x\"";
      return body + "]}]}";
    };
    EXPECT_EQ(refusal(list(kListEntriesMax)), Code::kSuccess) << member;
    EXPECT_EQ(refusal(list(kListEntriesMax + 1)), Code::kInsufficient) << member;
  }
  EXPECT_EQ(refusal("{\"scenes\":[{\"tags\":[\"" + std::string(kKeyBytesMax + 1, 'x') + "\"]}]}"),
            Code::kInsufficient);
  EXPECT_EQ(refusal(R"({"scenes":[{"devices":[{"key":"d","transform":{"translation":[0,-2e12,0]}}]}]})"),
            Code::kInsufficient);
  std::string many = "{\"scenes\":[{}";
  for (std::size_t i = 0; i < kRequestScenesMax; ++i) many += ",{}";
  EXPECT_EQ(refusal(many + "]}"), Code::kInsufficient);
}

TEST(SceneKey, RefusesWhatCannotTravelInADatagram) {
  EXPECT_EQ(refusal(R"({"scenes":[{"key":"a\nb"}]})"), Code::kInsufficient);
  EXPECT_EQ(refusal(R"({"scenes":[{"key":"a\u0000b"}]})"), Code::kInsufficient);
  EXPECT_TRUE(
      is_scene_key("Stra\xc3\x9f"
                   "e \xf0\x9f\x98\x80/ \r"));
  for (const char* bad :
       {"", "\n", "\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\x80"}) {
    EXPECT_FALSE(is_scene_key(bad)) << bad;
  }
  EXPECT_FALSE(is_scene_key(std::string(kKeyBytesMax + 1, 'x')));
}

TEST(Reply, KeyReplyHasTheMembersThatAreAlwaysThere) {
  Reply reply;
  reply.type = MessageType::kCreate;
  reply.scenes.push_back({Scene{.key = {"12345"}}, {}});
  EXPECT_EQ(
      encode_reply(reply),
      R"({"msg_type":0,"err_code":100,"num_records":1,"start_record":0,"scenes":[{"key":"12345","name":"",)"
      R"("active":true,"public":true,"distance":0.0,"assets":[],"tags":[],"devices":[]}]})");
}

TEST(Reply, FullSceneInTheOrderOfTheContract) {
  Reply reply;
  reply.transaction_id = "tx";
  reply.start_record = 20;
  Scene scene{.key = {"k"},
              .name = "n",
              .description = "d",
              .user = "u",
              .thumbnail = "t",
              .region = "r",
              .latitude = 100.0,
              .longitude = 0.5,
              .is_active = false,
              .is_public = false};
  scene.assets = {"a"};
  scene.tags = {"x", "y\n"};
  reply.scenes.push_back({scene, {}});
  EXPECT_EQ(
      encode_reply(reply),
      R"({"msg_type":2,"err_code":100,"transaction_id":"tx","num_records":1,"start_record":20,"scenes":[)"
      R"({"key":"k","name":"n","description":"d","user":"u","thumbnail":"t","region":"r","latitude":100.0,)"
      R"("active":false,"public":false,"longitude":0.5,"distance":0.0,"assets":["a"],"tags":["x","y\n"],)"
      R"("devices":[]}]})");
}

TEST(Reply, RegistrationHasPlainZerosAndTheEventDestination) {
  Reply reply;
  reply.type = MessageType::kRegister;
  reply.event_destination = {"10.0.0.1", 8762};
  reply.scenes.push_back({Scene{.key = {"s"}}, {{.key = "d", .transform = geometry::Pose{}}}});
  reply.scenes.push_back({});
  EXPECT_EQ(
      encode_reply(reply),
      R"({"msg_type":4,"err_code":100,"event_destination_host":"10.0.0.1","event_destination_port":8762,)"
      R"("num_records":2,"start_record":0,"scenes":[{"key":"s","name":"","active":true,"public":true,)"
      R"("distance":0.0,"assets":[],"tags":[],"devices":[{"key":"d","transform":{"translation":[0.0,0.0,0.0],)"
      R"("rotation":[0.0,0.0,0.0]}}]},{"name":"","active":true,"public":true,"distance":0.0,"assets":[],)"
      R"("tags":[],"devices":[]}]})");
}

TEST(Reply, ErrorHasAMessageAndNoScenes) {
  Reply reply;
  reply.code = Code::kBadJson;
  reply.message = "bad";
  EXPECT_EQ(encode_reply(reply),
            R"({"msg_type":2,"err_code":110,"err_msg":"bad","num_records":0,"start_record":0,"scenes":[]})");
}

}  // namespace
}  // namespace aesel::scenes
