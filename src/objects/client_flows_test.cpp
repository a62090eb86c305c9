// What existing clients do with the service (contract_objects section 6), at the level of its routes.
#include <gtest/gtest.h>

#include "objects/limits.hpp"
#include "objects/trial.hpp"

namespace aesel::objects {
namespace {

using http::Method;
using nlohmann::json;
using trial::Answer;
using trial::kUnit;
using trial::numbers;
using trial::Trial;

const json kHandle{{"left_type", "test"},   {"left_x", 10.0},  {"left_y", 10.1},
                   {"right_type", "test2"}, {"right_x", 10.2}, {"right_y", 10.3}};

json list(const char* name, const json& element) {
  return {{name, json::array({element})}};
}
json objects(const json& element) {
  return list("objects", element);
}
json properties(const json& element) {
  return list("properties", element);
}

void expect_ok(const Answer& answer, int records) {
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.code(), 100) << answer.body;
  EXPECT_EQ(answer.body["num_records"], records) << answer.body;
  const json& elements = answer.body.contains("objects") ? answer.body["objects"] : answer.body["properties"];
  EXPECT_EQ(elements.size(), static_cast<std::size_t>(records)) << answer.body;
}
void expect_envelope(const Answer& answer) {
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.code(), 100) << answer.body;
}

json animated_object() {
  return {{"name", "Test Object"},
          {"parent", "Root"},
          {"scene", "Test Scene"},
          {"type", "Curve"},
          {"subtype", "Circle"},
          {"assets", {"asset one"}},
          {"frame", 0},
          {"actions",
           {{{"name", "walk"},
             {"description", "go"},
             {"keyframes",
              {{{"frame", 0},
                {"transform", numbers(1)},
                {"translation", {1, 2, 3}},
                {"scale", {1, 1, 1}},
                {"translation_handle", {kHandle, kHandle, kHandle}},
                {"rotation_handle", {kHandle, kHandle, kHandle, kHandle}},
                {"scale_handle", {kHandle, kHandle, kHandle}}}}}}}}};
}

TEST(ClientFlow, PostmanObject) {
  Trial trial;
  const Answer created = trial.post("/v1/object/", objects(animated_object()));
  expect_ok(created, 1);
  const std::string key = created.body["objects"][0]["key"];
  EXPECT_EQ(key.size(), 24U);
  const std::string path = "/v1/object/" + key;

  const Answer got = trial.send(Method::kGet, "//v1//object/" + key + "/", R"({"junk":"body"})");
  expect_ok(got, 1);
  const json& object = got.body["objects"][0];
  EXPECT_EQ(object["parent"], "Root");
  EXPECT_EQ(object["transform"], kUnit);
  EXPECT_EQ(object["actions"][0]["keyframes"][0]["transform"], numbers(1));
  EXPECT_EQ(object["actions"][0]["keyframes"][0]["rotation_handle"][3], kHandle);

  const Answer updated = trial.post(path, objects({{"type", "Mesh"}, {"subtype", "Cube"}}));
  expect_ok(updated, 1);
  EXPECT_EQ(updated.body["objects"][0]["key"], key);
  EXPECT_EQ(updated.body["msg_type"], 1);

  expect_ok(trial.put(path + "/asset/asset%20two"), 0);
  expect_ok(trial.post(path + "/action", {{"name", "run"}, {"description", "fast"}}), 0);
  expect_ok(trial.post(path + "/action/run", {{"name", "run"}, {"description", "faster"}}), 0);
  expect_ok(trial.post(path + "/action/run/keyframe", {{"frame", 7}, {"translation_handle", {kHandle}}}), 0);
  expect_ok(trial.post(path + "/action/run/keyframe/7",
                       {{"transform", numbers(3)}, {"scale_handle", {kHandle, kHandle}}}),
            0);
  const json run = trial.object(key)["actions"][0];
  EXPECT_EQ(run["name"], "run");
  EXPECT_EQ(run["description"], "faster");
  EXPECT_EQ(run["keyframes"][0]["transform"], numbers(3));
  EXPECT_EQ(run["keyframes"][0]["translation_handle"][0], kHandle);
  EXPECT_EQ(run["keyframes"][0]["scale_handle"][1], kHandle);
  expect_ok(trial.erase(path + "/action/run/keyframe/7"), 0);
  expect_ok(trial.erase(path + "/action/run"), 0);

  trial.create_object({{"name", "Test Object"}});
  const Answer queried =
      trial.post("/v1/object/query/", {{"num_records", 1}, {"objects", {{{"name", "Test Object"}}}}});
  expect_ok(queried, 1);
  EXPECT_EQ(queried.body["objects"][0]["key"], key);

  expect_ok(trial.erase(path + "/asset/asset%20two"), 0);
  EXPECT_EQ(trial.object(key)["assets"], json::array({"asset one"}));
  EXPECT_EQ(trial.get(path + "/lock?device=123").status, 200);
  const Answer refused = trial.get(path + "/lock?device=456");
  EXPECT_EQ(refused.status, 423);
  EXPECT_EQ(refused.code(), 123);
  EXPECT_EQ(trial.erase(path + "/lock?device=123").status, 200);
  expect_ok(trial.erase(path), 0);
  EXPECT_EQ(trial.get(path).status, 404);
}

TEST(ClientFlow, PostmanProperty) {
  Trial trial;
  const json keyframe{{"frame", 1}, {"values", {{{"value", 100.0}, {"left_type", "t"}, {"left_x", 1}}}}};
  const Answer created =
      trial.post("/v1/property", properties({{"key", "client"},
                                             {"name", "p"},
                                             {"values", {{{"value", 5}, {"left_x", 2}}}},
                                             {"actions", {{{"name", "a"}, {"keyframes", {keyframe}}}}}}));
  expect_ok(created, 1);
  const std::string key = created.body["properties"][0]["key"];
  const std::string path = "/v1/property/" + key;
  expect_envelope(trial.post(path, properties({{"name", "renamed"}, {"parent", "q"}})));
  expect_ok(trial.get(path), 1);
  EXPECT_EQ(trial.property(key)["values"], json::array({5.0}));
  expect_ok(trial.post(path + "/action", {{"name", "b"}, {"keyframes", {keyframe}}}), 0);
  expect_ok(trial.post(path + "/action/b", {{"description", "d"}}), 0);
  expect_ok(trial.post(path + "/action/b/keyframe", {{"frame", 2}, {"values", {1, 2.5}}}), 0);
  expect_ok(trial.post(path + "/action/b/keyframe/2", {{"frame", 99}, {"values", {{{"value", 3.5}}}}}), 0);
  EXPECT_EQ(trial.property(key)["actions"][1]["keyframes"][1]["values"][0]["value"], 3.5);
  expect_ok(trial.erase(path + "/action/b/keyframe/1"), 0);
  expect_ok(trial.erase(path + "/action/b"), 0);
  expect_ok(trial.post("/v1/property/query", {{"num_records", 1}, {"properties", {{{"name", "renamed"}}}}}),
            1);
  expect_ok(trial.erase(path), 0);
}

TEST(ClientFlow, WrongTypesEverywhereStillCreate) {
  Trial trial;
  const json action{
      {"name", "a"},
      {"description", 1},
      {"keyframes",
       {{{"frame", "x"}}, {{"frame", 1}, {"translation_handle", {{{"left_x", false}, {"right_type", 3}}}}}}}};
  const Answer object = trial.post("/v1/object", objects({{"key", 1},
                                                          {"name", 2},
                                                          {"scene", 3},
                                                          {"type", 4},
                                                          {"subtype", 5},
                                                          {"owner", 6},
                                                          {"parent", 7},
                                                          {"asset_sub_id", 8},
                                                          {"assets", false},
                                                          {"transform", true},
                                                          {"actions", {action}},
                                                          {"frame", "x"}}));
  expect_ok(object, 1);
  EXPECT_TRUE(object.body["objects"][0].contains("key"));
  const Answer property = trial.post("/v1/property", properties({{"name", 2},
                                                                 {"scene", 3},
                                                                 {"parent", 7},
                                                                 {"asset_sub_id", 8},
                                                                 {"values", 3},
                                                                 {"actions", {{{"name", 9}}, action}}}));
  expect_ok(property, 1);
  EXPECT_TRUE(property.body["properties"][0].contains("key"));
}

TEST(ClientFlow, TruncatedJsonIsRefused) {
  Trial trial;
  const std::string object = "/v1/object/" + trial.create_object({{"actions", {{{"name", "a"}}}}});
  const std::string property = "/v1/property/" + trial.create_property({{"actions", {{{"name", "a"}}}}});
  std::vector<std::string> paths{"/v1/object", "/v1/object/query", "/v1/property", "/v1/property/query"};
  for (const std::string& one : {object, property}) {
    for (const char* rest : {"", "/action", "/action/a", "/action/a/keyframe", "/action/a/keyframe/1"})
      paths.push_back(one + rest);
  }
  for (const std::string& path : paths) {
    const Answer answer = trial.post_text(path, R"({"name":"x")");
    EXPECT_EQ(answer.status, 400) << path;
    EXPECT_EQ(answer.code(), 110) << path;
    EXPECT_NE(answer.body["err_msg"], "") << path;
  }
}

TEST(ClientFlow, UnknownKeysAre404Everywhere) {
  Trial trial;
  const json any{{"name", "a"}, {"frame", 1}};
  for (const char* key : {"Nonexistent", "5b98880a270698496c36e392"}) {
    for (const char* family : {"object", "property"}) {
      const std::string path = std::string("/v1/") + family + "/" + key;
      std::vector<Answer> answers{
          trial.get(path),
          trial.post(path, list(family == std::string("object") ? "objects" : "properties", any)),
          trial.erase(path),
          trial.post(path + "/action", any),
          trial.post(path + "/action/a", any),
          trial.erase(path + "/action/a"),
          trial.post(path + "/action/a/keyframe", any),
          trial.post(path + "/action/a/keyframe/1", any),
          trial.erase(path + "/action/a/keyframe/1")};
      if (family == std::string("object")) {
        answers.push_back(trial.get(path + "/lock?device=d"));
        answers.push_back(trial.erase(path + "/lock?device=d"));
        answers.push_back(trial.put(path + "/asset/x"));
        answers.push_back(trial.erase(path + "/asset/x"));
      }
      for (std::size_t i = 0; i < answers.size(); ++i) {
        EXPECT_EQ(answers[i].status, 404) << path << " " << i;
        EXPECT_EQ(answers[i].code(), 102) << path << " " << i;
      }
    }
  }
}

TEST(ClientFlow, BadActionsAndKeyframesAreRefused) {
  Trial trial;
  for (const std::string& one : {"/v1/object/" + trial.create_object({{"actions", {{{"name", "a"}}}}}),
                                 "/v1/property/" + trial.create_property({{"actions", {{{"name", "a"}}}}})}) {
    EXPECT_EQ(trial.post(one + "/action", {{"name", 1}}).status, 400);
    EXPECT_EQ(trial.post(one + "/action", {{"name", 1}}).code(), 122);
    EXPECT_EQ(trial.post_text(one + "/action", "[]").code(), 122);
    EXPECT_EQ(trial.post(one + "/action/b", {{"name", "b"}}).status, 404);
    EXPECT_EQ(trial.erase(one + "/action/b").status, 404);
    EXPECT_EQ(trial.post(one + "/action/b/keyframe", {{"frame", 1}}).status, 404);
    EXPECT_EQ(trial.post(one + "/action/a/keyframe", {{"frame", "x"}}).code(), 122);
    EXPECT_EQ(trial.post(one + "/action/a/keyframe", {{"frame", 1.0}}).status, 400);
    EXPECT_EQ(trial.post(one + "/action/a/keyframe/1", {{"frame", 1}}).status, 404);
    EXPECT_EQ(trial.erase(one + "/action/a/keyframe/1").status, 404);
    for (const char* frame : {"7x", "x", "1.0", "99999999999", "+1"}) {
      EXPECT_EQ(trial.post(one + "/action/a/keyframe/" + frame, {{"frame", 1}}).code(), 110) << frame;
      EXPECT_EQ(trial.erase(one + "/action/a/keyframe/" + frame).status, 400) << frame;
    }
    EXPECT_EQ(trial.post(one + "/action/a/keyframe", {{"frame", -3}}).status, 200);
    EXPECT_EQ(trial.post(one + "/action/a/keyframe/-3", json::object()).status, 200);
    EXPECT_EQ(trial.erase(one + "/action/a/keyframe/-3").status, 200);
  }
}

TEST(ClientFlow, NoMatchAndAbsentAssetAreSuccess) {
  Trial trial;
  expect_ok(trial.post("/v1/object/query", objects({{"name", "nobody"}})), 0);
  expect_ok(trial.post("/v1/property/query", properties({{"name", "nobody"}})), 0);
  expect_ok(trial.erase("/v1/object/" + trial.create_object({{"name", "n"}}) + "/asset/none"), 0);
}

TEST(ClientFlow, GatewayIntegersAndExtraFields) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}, {"scene", "body scene"}});
  std::vector<int> integers(16, 0);
  for (int i = 0; i < 16; ++i) integers[static_cast<std::size_t>(i)] = i;
  expect_ok(trial.post("/v1/object/" + key, objects({{"transform", integers}})), 1);
  EXPECT_EQ(trial.object(key)["transform"][15], 15.0);
  expect_ok(
      trial.post("/v1/object/query",
                 objects({{"name", "n"}, {"frame", 3}, {"transform", json::array()}, {"key", "other"}})),
      1);
}

TEST(ClientFlow, PythonProperty) {
  Trial trial;
  const Answer created =
      trial.post("/v1/property",
                 {{"error_code", nullptr},
                  {"num_records", 999},
                  {"start_record", nullptr},
                  {"properties", {{{"key", nullptr}, {"name", "p"}, {"frame", 0}, {"values", {100.0}}}}}});
  expect_ok(created, 1);
  const std::string key = created.body["properties"][0]["key"];
  const std::string path = "/v1/property/" + key;
  expect_envelope(trial.post(
      path,
      properties({{"key", nullptr}, {"name", "q"}, {"values", json::array()}, {"actions", json::array()}})));
  EXPECT_EQ(trial.property(key)["values"], json::array({100.0}));
  EXPECT_GE(trial.post("/v1/property/query", {{"num_records", 999}, {"properties", {{{"name", "q"}}}}})
                .body["num_records"],
            1);
  const json bad_handle{{"value", 101.0}, {"right_y", json::array()}};
  expect_envelope(trial.post(path + "/action", {{"name", "a"}, {"keyframes", json::array()}}));
  expect_envelope(trial.post(path + "/action/a", {{"name", "a"}, {"description", "d"}}));
  expect_envelope(trial.post(path + "/action/a/keyframe", {{"frame", 10}, {"values", {bad_handle}}}));
  expect_envelope(trial.post(path + "/action/a/keyframe/10", {{"frame", 10}, {"values", {bad_handle}}}));
  EXPECT_EQ(
      trial.event(json{
          {"msg_type", 24},
          {"key", key},
          {"name", nullptr},
          {"scene", nullptr},
          {"actions", {{{"name", "a"}, {"keyframes", {{{"frame", 10}, {"values", {{{"value", 103.0}}}}}}}}}}}
                      .dump()),
      EventOutcome::kNoScene);
  EXPECT_EQ(trial.property(key)["actions"][0]["keyframes"][0]["values"][0]["value"], 103.0);
  trial.event(json{{"msg_type", 9}, {"key", key}, {"values", {110.0}}}.dump());
  EXPECT_EQ(trial.property(key)["values"][0], 110.0);
  expect_envelope(trial.erase(path + "/action/a/keyframe/10"));
  expect_envelope(trial.erase(path + "/action/a"));
}

TEST(ClientFlow, PythonObject) {
  Trial trial;
  const json nothing{{"key", nullptr},
                     {"parent", nullptr},
                     {"scene", nullptr},
                     {"transform", json::array()},
                     {"actions", json::array()}};
  json creation = nothing;
  creation.update({{"name", "o"}, {"translation", {1, 1, 1}}, {"frame", 0}, {"scene", "another"}});
  const std::string key = trial.create_object(creation);
  const std::string path = "/v1/object/" + key;
  expect_ok(trial.get(path), 1);
  json rename = nothing;
  rename["name"] = "new name";
  EXPECT_GE(trial.post(path, objects(rename)).body["objects"].size(), 1U);
  EXPECT_EQ(trial.post("/v1/object/query", {{"num_records", 999}, {"objects", {rename}}}).body["num_records"],
            1);
  expect_envelope(trial.post(path + "/action", {{"name", "a"}, {"keyframes", json::array()}}));
  expect_envelope(trial.post(path + "/action/a/keyframe",
                             {{"frame", 1}, {"rotation_handle", {kHandle, kHandle, kHandle, kHandle}}}));
  expect_envelope(trial.get(path + "/lock?device=d&other=1"));
  expect_envelope(trial.erase(path + "/lock?device=d"));
  trial.event(
      json{{"msg_type", 1}, {"key", key}, {"name", nullptr}, {"scene", nullptr}, {"transform", numbers(2)}}
          .dump());
  EXPECT_EQ(trial.object(key)["transform"], numbers(2));
  trial.event(json{{"msg_type", 16},
                   {"key", key},
                   {"actions", {{{"name", "a"}, {"keyframes", {{{"frame", 1}, {"transform", numbers(2)}}}}}}}}
                  .dump());
  EXPECT_EQ(trial.object(key)["actions"][0]["keyframes"][0]["transform"], numbers(2));
  expect_envelope(trial.erase(path));
}

TEST(ClientFlow, BlenderPoseBecomesTheTransform) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "Cube"},
                                               {"scene", "s"},
                                               {"subtype", "custom"},
                                               {"parent", "Root"},
                                               {"transform", json::array()},
                                               {"translation", {1, 2, 3}},
                                               {"euler_rotation", {0, 0, 0}},
                                               {"scale", {2, 2, 2}}});
  EXPECT_EQ(trial.object(key)["transform"],
            (json{2.0, 0.0, 0.0, 1.0, 0.0, 2.0, 0.0, 2.0, 0.0, 0.0, 2.0, 3.0, 0.0, 0.0, 0.0, 1.0}));
}

TEST(ClientFlow, MembersEveryClientIndexes) {
  Trial trial;
  const json object = trial.object(trial.create_object({{"name", "n"}}));
  EXPECT_EQ(object["parent"], "");
  EXPECT_EQ(object["transform"].size(), 16U);
  EXPECT_EQ(object["assets"], json::array());
  EXPECT_EQ(object["actions"], json::array());
  EXPECT_FALSE(object.contains("scene"));
  EXPECT_EQ(trial.property(trial.create_property({{"name", "n"}}))["values"], json::array());
}

TEST(ClientFlow, TwoAssetsPlusOneAreThree) {
  Trial trial;
  const std::string key = trial.create_object({{"assets", {"a", "b"}}});
  trial.post("/v1/object/" + key, objects({{"assets", {"c"}}}));
  EXPECT_EQ(trial.object(key)["assets"], (json{"a", "b", "c"}));
}

}  // namespace
}  // namespace aesel::objects
