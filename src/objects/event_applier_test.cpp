#include "objects/event_applier.hpp"

#include <gtest/gtest.h>

#include "objects/trial.hpp"
#include "wire/padding.hpp"

namespace aesel::objects {
namespace {

using nlohmann::json;
using trial::kUnit;
using trial::numbers;
using trial::Trial;

constexpr const char* kUnknown = "5b98880a270698496c36e392";

json keyframed(const std::string& name, const json& keyframes) {
  return json::array({{{"name", name}, {"keyframes", keyframes}}});
}

TEST(EventApplier, ObjectUpdateMovesAndTellsTheScene) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}, {"scene", "sc"}, {"type", "t"}});
  const json event{{"msg_type", 1},           {"key", key},
                   {"name", nullptr},         {"scene", nullptr},
                   {"transform", numbers(2)}, {"actions", json::array()}};
  EXPECT_EQ(trial.event(event.dump()), EventOutcome::kApplied);
  EXPECT_EQ(trial.out_scene, "sc");
  const json out = json::parse(trial.out_body);
  EXPECT_EQ(out["msg_type"], 1);
  EXPECT_EQ(out["key"], key);
  EXPECT_EQ(out["name"], "n");
  EXPECT_EQ(out["scene"], "sc");
  EXPECT_EQ(out["transform"], numbers(2));
  EXPECT_EQ(out["assets"], json::array());
  EXPECT_EQ(wire::count_base64_characters(trial.out_body) % 4, 0U);
  EXPECT_EQ(trial.out_body.find('\n'), std::string::npos);
  EXPECT_EQ(trial.object(key)["transform"], numbers(2));
}

TEST(EventApplier, ObjectUpdateWithoutTransformKeepsIt) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}, {"scene", "sc"}, {"transform", numbers(1)}});
  for (const json& none : {json(nullptr), json::array(), json("x")}) {
    trial.event(json{{"msg_type", 1}, {"key", key}, {"name", "m"}, {"transform", none}}.dump());
    EXPECT_EQ(trial.object(key)["transform"], numbers(1));
    EXPECT_EQ(json::parse(trial.out_body)["transform"], numbers(1));
  }
  EXPECT_EQ(trial.object(key)["name"], "m");
  EXPECT_TRUE(trial.post("/v1/object/query", {{"objects", {{{"name", "n"}}}}}).body["objects"].empty());
}

TEST(EventApplier, RepeatedAssetsDoNotPileUp) {
  Trial trial;
  const std::string key = trial.create_object({{"scene", "sc"}, {"assets", {"a"}}});
  for (int i = 0; i < 3; ++i) {
    trial.event(json{{"msg_type", 1}, {"key", key}, {"assets", {"a", "b"}}}.dump());
  }
  EXPECT_EQ(trial.object(key)["assets"], (json{"a", "b"}));
}

TEST(EventApplier, AnUpdateWithActionsForwardsButDoesNotKeepThem) {
  Trial trial;
  const std::string key = trial.create_object({{"scene", "sc"}});
  trial.event(json{{"msg_type", 1}, {"key", key}, {"actions", keyframed("walk", {{{"frame", 3}}})}}.dump());
  EXPECT_EQ(json::parse(trial.out_body)["actions"][0]["keyframes"][0]["frame"], 3);
  EXPECT_EQ(trial.object(key)["actions"], json::array());
}

TEST(EventApplier, ObjectKeyframe) {
  Trial trial;
  const std::string key = trial.create_object(
      {{"name", "n"},
       {"scene", "sc"},
       {"transform", numbers(5)},
       {"actions", keyframed("walk", {{{"frame", 0}, {"translation_handle", {{{"left_x", 7}}}}}})}});
  const json event{{"msg_type", 16},
                   {"key", key},
                   {"actions", keyframed("walk", {{{"frame", 0}, {"transform", numbers(2)}}})}};
  EXPECT_EQ(trial.event(event.dump()), EventOutcome::kApplied);
  EXPECT_EQ(trial.out_scene, "sc");
  const json out = json::parse(trial.out_body);
  EXPECT_EQ(out["msg_type"], 16);
  EXPECT_EQ(out["name"], "n");
  EXPECT_EQ(out["transform"], numbers(5));
  EXPECT_EQ(out["actions"][0]["keyframes"][0]["transform"], numbers(2));
  EXPECT_EQ(out["actions"][0]["keyframes"][0]["translation_handle"][0]["left_x"], 7);
  const json stored = trial.object(key);
  EXPECT_EQ(stored["transform"], numbers(5));
  EXPECT_EQ(stored["actions"][0]["keyframes"][0]["transform"], numbers(2));
  EXPECT_EQ(stored["actions"][0]["keyframes"][0]["translation_handle"][0]["left_x"], 7);
}

TEST(EventApplier, ObjectFieldsInAKeyframeEventAreNotKept) {
  Trial trial;
  const std::string key =
      trial.create_object({{"name", "n"}, {"scene", "sc"}, {"actions", keyframed("walk", {{{"frame", 0}}})}});
  trial.event(json{{"msg_type", 16},
                   {"key", key},
                   {"name", "other"},
                   {"transform", numbers(1)},
                   {"actions", keyframed("walk", {{{"frame", 0}}})}}
                  .dump());
  EXPECT_EQ(trial.object(key)["name"], "n");
  EXPECT_EQ(trial.object(key)["transform"], kUnit);
}

TEST(EventApplier, MissingActionOrFrameIsForwardedAndNotMade) {
  Trial trial;
  const std::string key =
      trial.create_object({{"scene", "sc"}, {"actions", keyframed("walk", {{{"frame", 0}}})}});
  for (const json& actions : {keyframed("run", {{{"frame", 0}, {"transform", numbers(1)}}}),
                              keyframed("walk", {{{"frame", 1}, {"transform", numbers(1)}}})}) {
    EXPECT_EQ(trial.event(json{{"msg_type", 16}, {"key", key}, {"actions", actions}}.dump()),
              EventOutcome::kUnknownKey);
    EXPECT_EQ(trial.out_scene, "sc");
    EXPECT_EQ(json::parse(trial.out_body)["actions"][0]["keyframes"][0]["transform"], numbers(1));
  }
  EXPECT_EQ(trial.object(key)["actions"].size(), 1U);
  EXPECT_EQ(trial.object(key)["actions"][0]["keyframes"].size(), 1U);
  EXPECT_EQ(trial.service->object_table().dirty(), 0U);
}

TEST(EventApplier, ObjectAction) {
  Trial trial;
  const std::string key =
      trial.create_object({{"scene", "sc"}, {"actions", keyframed("walk", {{{"frame", 4}}})}});
  const json event{
      {"msg_type", 20},
      {"key", key},
      {"scene", "elsewhere"},
      {"actions", {{{"name", "walk"}, {"description", "slow"}, {"keyframes", {{{"frame", 9}}}}}}}};
  EXPECT_EQ(trial.event(event.dump()), EventOutcome::kApplied);
  EXPECT_EQ(trial.out_scene, "elsewhere");
  EXPECT_EQ(json::parse(trial.out_body)["msg_type"], 20);
  EXPECT_EQ(json::parse(trial.out_body)["actions"][0]["description"], "slow");
  const json stored = trial.object(key);
  EXPECT_EQ(stored["scene"], "sc");
  EXPECT_EQ(stored["actions"][0]["description"], "slow");
  ASSERT_EQ(stored["actions"][0]["keyframes"].size(), 1U);
  EXPECT_EQ(stored["actions"][0]["keyframes"][0]["frame"], 4);
}

TEST(EventApplier, PropertyUpdateIsPartial) {
  Trial trial;
  const std::string key = trial.create_property(
      {{"name", "n"}, {"parent", "p"}, {"asset_sub_id", "i"}, {"scene", "sc"}, {"values", {100.0}}});
  EXPECT_EQ(
      trial.event(
          json{{"msg_type", 9}, {"key", key}, {"name", "n"}, {"scene", nullptr}, {"values", {110.0}}}.dump()),
      EventOutcome::kApplied);
  const json out = json::parse(trial.out_body);
  EXPECT_EQ(out["msg_type"], 9);
  EXPECT_EQ(out["values"], json{110.0});
  EXPECT_EQ(out["parent"], "p");
  EXPECT_EQ(trial.property(key)["values"], json{110.0});
  EXPECT_EQ(trial.property(key)["parent"], "p");
  EXPECT_EQ(trial.property(key)["asset_sub_id"], "i");
  trial.event(json{{"msg_type", 9}, {"key", key}, {"values", json::array()}}.dump());
  EXPECT_EQ(trial.property(key)["values"], json{110.0});
}

TEST(EventApplier, PropertyKeyframeAndAction) {
  Trial trial;
  const std::string key = trial.create_property(
      {{"scene", "sc"}, {"actions", keyframed("a", {{{"frame", 1}, {"values", {{{"value", 1.0}}}}}})}});
  EXPECT_EQ(trial.event(json{{"msg_type", 24},
                             {"key", key},
                             {"actions", keyframed("a", {{{"frame", 1}, {"values", {{{"value", 103.0}}}}}})}}
                            .dump()),
            EventOutcome::kApplied);
  EXPECT_EQ(json::parse(trial.out_body)["msg_type"], 24);
  EXPECT_EQ(trial.property(key)["actions"][0]["keyframes"][0]["values"][0]["value"], 103.0);
  EXPECT_EQ(
      trial.event(
          json{{"msg_type", 28}, {"key", key}, {"actions", {{{"name", "a"}, {"description", "d"}}}}}.dump()),
      EventOutcome::kApplied);
  EXPECT_EQ(json::parse(trial.out_body)["msg_type"], 28);
  EXPECT_EQ(trial.property(key)["actions"][0]["description"], "d");
}

TEST(EventApplier, UnknownKeysAreForwardedAsSent) {
  Trial trial;
  const json event{
      {"msg_type", 1}, {"key", kUnknown}, {"name", "n"}, {"scene", "sc"}, {"transform", numbers(1)}};
  EXPECT_EQ(trial.event(event.dump()), EventOutcome::kUnknownKey);
  EXPECT_EQ(trial.out_scene, "sc");
  EXPECT_EQ(json::parse(trial.out_body)["key"], kUnknown);
  EXPECT_EQ(json::parse(trial.out_body)["transform"], numbers(1));
  EXPECT_EQ(trial.event(json{{"msg_type", 9}, {"scene", "sc"}, {"values", {1}}}.dump()),
            EventOutcome::kUnknownKey);
  EXPECT_FALSE(json::parse(trial.out_body).contains("key"));
  EXPECT_EQ(trial.event(json{{"msg_type", 1}, {"key", "odd"}, {"scene", "sc"}}.dump()),
            EventOutcome::kUnknownKey);
  EXPECT_EQ(json::parse(trial.out_body)["key"], "odd");
  EXPECT_EQ(json::parse(trial.out_body)["transform"], kUnit);
  EXPECT_EQ(trial.event(json{{"msg_type", 1}, {"key", kUnknown}}.dump()), EventOutcome::kUnknownKey);
  EXPECT_EQ(trial.out_scene, "");
  EXPECT_EQ(trial.out_body, "");
}

TEST(EventApplier, WithoutAnySceneItAppliesAndStaysSilent) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}});
  EXPECT_EQ(trial.event(json{{"msg_type", 1}, {"key", key}, {"transform", numbers(3)}}.dump()),
            EventOutcome::kNoScene);
  EXPECT_EQ(trial.out_body, "");
  EXPECT_EQ(trial.object(key)["transform"], numbers(3));
}

TEST(EventApplier, DropsWhatIsNoEvent) {
  Trial trial;
  for (const char* text : {"", "x", "[]", "3", "{}", R"({"msg_type":null})", R"({"msg_type":"1"})",
                           R"({"msg_type":1)", R"({"msg_type":-9999})", R"({"msg_type":1,"scene":"a\nb"})"}) {
    EXPECT_EQ(trial.event(text), EventOutcome::kMalformed) << text;
    EXPECT_EQ(trial.out_scene + trial.out_body, "") << text;
  }
  for (const int type : {0, 2, 3, 8, 15, 17, 19, 22, 23, 27, 30, 555, 999, -1}) {
    EXPECT_EQ(trial.event(json{{"msg_type", type}, {"scene", "sc"}}.dump()), EventOutcome::kUnknownType)
        << type;
    EXPECT_EQ(trial.out_scene + trial.out_body, "") << type;
  }
}

TEST(EventApplier, RenamesDropTheEventCache) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}, {"scene", "sc"}});
  ObjectEntry* entry = trial.service->object_table().find(ObjectId::parse(key).value());
  entry->event_prefix = "cached";
  trial.event(json{{"msg_type", 1}, {"key", key}, {"transform", numbers(3)}}.dump());
  EXPECT_EQ(entry->event_prefix, "cached");
  trial.event(json{{"msg_type", 1}, {"key", key}, {"name", "m"}}.dump());
  EXPECT_EQ(entry->event_prefix, "");
  entry->event_prefix = "cached";
  trial.get("/v1/object/" + key + "/lock?device=d");
  EXPECT_EQ(entry->event_prefix, "");
}

}  // namespace
}  // namespace aesel::objects
