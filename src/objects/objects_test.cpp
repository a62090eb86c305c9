// The service's own rules: statuses, locks, queries, published events, failures, restarts.
#include "objects/objects.hpp"

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
using trial::Published;
using trial::Trial;
using trial::TrialStore;

json objects(const json& element) {
  return {{"objects", json::array({element})}};
}
json properties(const json& element) {
  return {{"properties", json::array({element})}};
}
json names_of(const Answer& answer) {
  json names = json::array();
  for (const json& object : answer.body["objects"]) names.push_back(object["name"]);
  return names;
}

/// The single event that `act` published.
template <class Act>
Published only_event(Trial& trial, Act act) {
  trial.publisher.events.clear();
  const Answer answer = act();
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(trial.publisher.events.size(), 1U);
  EXPECT_EQ(trial.publisher.flushed, trial.publisher.events.size());
  return trial.publisher.events.empty() ? Published{} : trial.publisher.events[0];
}

// ------------------------------------------------------------------------------------------------- locks

TEST(Lock, OneOf64DevicesWins) {
  Trial trial;
  trial.store.delay = 3;
  const std::string key = trial.create_object({{"name", "n"}});
  std::map<int, int> statuses;
  for (int i = 0; i < 64; ++i) {
    trial.begin(Method::kGet, "/v1/object/" + key + "/lock?device=device" + std::to_string(i), "",
                [&](const Answer& answer) { ++statuses[answer.status]; });
  }
  trial.drain();
  EXPECT_EQ(statuses, (std::map<int, int>{{200, 1}, {423, 63}}));
}

TEST(Lock, HolderMayLockAgainAndOnlyItUnlocks) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}, {"transform", numbers(1)}});
  const std::string lock = "/v1/object/" + key + "/lock";
  EXPECT_EQ(trial.get(lock + "?device=a+b").status, 200);
  EXPECT_EQ(trial.object(key)["owner"], "a b");
  EXPECT_EQ(trial.get(lock + "?device=a%20b").status, 200);
  EXPECT_EQ(trial.erase(lock + "?device=c").code(), 123);
  EXPECT_EQ(trial.erase(lock + "?device=a%20b").status, 200);
  EXPECT_EQ(trial.erase(lock + "?device=c").status, 200);
  EXPECT_FALSE(trial.object(key).contains("owner"));
  EXPECT_EQ(trial.object(key)["transform"], numbers(1));
  for (const char* query : {"", "?device=", "?owner=a"}) {
    EXPECT_EQ(trial.get(lock + query).status, 400) << query;
    EXPECT_EQ(trial.erase(lock + query).code(), 122) << query;
  }
  EXPECT_EQ(trial.get(lock + "?device=" + std::string(kTextBytesMax + 1, 'x')).code(), 122);
}

TEST(Lock, IsAdvisoryAndMayBeBornWithTheObject) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}, {"owner", "a"}});
  EXPECT_EQ(trial.get("/v1/object/" + key + "/lock?device=b").status, 423);
  EXPECT_EQ(trial.post("/v1/object/" + key, objects({{"name", "m"}})).status, 200);
  EXPECT_EQ(trial.post("/v1/object/" + key, objects({{"owner", "b"}})).status, 200);
  EXPECT_EQ(trial.get("/v1/object/" + key + "/lock?device=b").status, 200);
}

TEST(Lock, AndAssetsPublishNothing) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}, {"scene", "s"}, {"transform", numbers(1)}});
  trial.publisher.events.clear();
  trial.get("/v1/object/" + key + "/lock?device=a");
  trial.erase("/v1/object/" + key + "/lock?device=a");
  trial.put("/v1/object/" + key + "/asset/x");
  trial.put("/v1/object/" + key + "/asset/x");
  EXPECT_EQ(trial.object(key)["assets"], json::array({"x"}));
  trial.erase("/v1/object/" + key + "/asset/x");
  trial.post("/v1/object/query", objects({{"name", "n"}}));
  EXPECT_EQ(trial.publisher.events.size(), 0U);
  EXPECT_EQ(trial.object(key)["transform"], numbers(1));
}

// ----------------------------------------------------------------------------------------------- queries

TEST(Query, MatchesExactlyInCreationOrderUpToTheLimit) {
  Trial trial;
  for (const char* name : {"c", "a", "b"})
    trial.create_object({{"name", name}, {"scene", "s"}, {"type", "t"}, {"assets", {"x", name}}});
  trial.create_object({{"name", "a"}, {"scene", "other"}});
  const auto query = [&](const json& element, int limit = 10) {
    return names_of(
        trial.post("/v1/object/query", {{"num_records", limit}, {"objects", json::array({element})}}));
  };
  EXPECT_EQ(query({{"scene", "s"}}), (json{"c", "a", "b"}));
  EXPECT_EQ(query({{"scene", "s"}}, 2), (json{"c", "a"}));
  EXPECT_EQ(query({{"scene", "s"}}, 0), json::array());
  EXPECT_EQ(query({{"scene", "s"}}, -1), json::array());
  EXPECT_EQ(query({{"name", "a"}}), (json{"a", "a"}));
  EXPECT_EQ(query({{"name", "A"}}), json::array());
  EXPECT_EQ(query({{"name", "a"}, {"scene", "s"}}), json::array({"a"}));
  EXPECT_EQ(query({{"type", "t"}}), (json{"c", "a", "b"}));
  EXPECT_EQ(query({{"assets", {"x"}}}), (json{"c", "a", "b"}));
  EXPECT_EQ(query({{"assets", {"b", "x"}}}), json::array({"b"}));
  EXPECT_EQ(query(json::object()).size(), 4U);
  const json both{{"num_records", 1}, {"objects", {{{"scene", "s"}}, {{"scene", "other"}}}}};
  EXPECT_EQ(names_of(trial.post("/v1/object/query", both)), (json{"c", "a"}));
}

TEST(Query, DefaultsToTenAndTakesAnyNumber) {
  Trial trial;
  for (int i = 0; i < 30; ++i) trial.create_object({{"name", "n"}});
  EXPECT_EQ(trial.post("/v1/object/query", objects({{"name", "n"}})).body["num_records"], 10);
  EXPECT_EQ(trial.post("/v1/object/query", {{"name", "n"}}).body["num_records"], 10);
  EXPECT_EQ(trial.post("/v1/object/query", {{"num_records", 2147483647}, {"objects", {{{"name", "n"}}}}})
                .body["num_records"],
            30);
  EXPECT_EQ(trial.post("/v1/object/query", {{"num_records", 5}}).body["num_records"], 0);
}

TEST(Query, ManyFullSearchesAreRefused) {
  Trial trial;
  for (int i = 0; i < 100; ++i) trial.create_object({{"name", "n"}});
  json elements = json::array();
  for (int i = 0; i < 900; ++i) elements.push_back({{"type", "none"}});
  EXPECT_EQ(trial.post("/v1/object/query", {{"objects", elements}}).status, 200);
  for (int i = 0; i < 300; ++i) elements.push_back({{"type", "none"}});
  EXPECT_EQ(trial.post("/v1/object/query", {{"objects", elements}}).code(), 122);
}

TEST(Query, IsPostAndNotAKey) {
  Trial trial;
  EXPECT_EQ(trial.get("/v1/object/query").status, 404);
  EXPECT_EQ(trial.put("/v1/object/query").status, 405);
  EXPECT_EQ(trial.get("/v1/object/5b98880a270698496c36e392/action/a").status, 405);
  EXPECT_EQ(trial.get("/v1/nothing").status, 404);
}

// ----------------------------------------------------------------------------------------------- updates

TEST(Update, IsPartial) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"},
                                               {"scene", "s"},
                                               {"type", "t"},
                                               {"parent", "p"},
                                               {"asset_sub_id", "i"},
                                               {"transform", numbers(1)}});
  const json before = trial.object(key);
  for (const json& nothing : {json{{"name", ""}}, json{{"name", nullptr}, {"transform", json::array()}},
                              json{{"transform", nullptr}}}) {
    const Answer answer = trial.post("/v1/object/" + key, objects(nothing));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(trial.object(key), before);
  }
  trial.post("/v1/object/" + key, objects({{"name", "m"}}));
  EXPECT_EQ(trial.object(key)["transform"], numbers(1));
  EXPECT_EQ(trial.object(key)["type"], "t");
  const std::string property = trial.create_property(
      {{"name", "n"}, {"parent", "p"}, {"asset_sub_id", "i"}, {"scene", "s"}, {"values", {1, 2}}});
  trial.post("/v1/property/" + property, properties({{"name", "m"}}));
  EXPECT_EQ(trial.property(property)["parent"], "p");
  EXPECT_EQ(trial.property(property)["scene"], "s");
  EXPECT_EQ(trial.property(property)["values"], (json{1.0, 2.0}));
}

TEST(Update, AppliesEveryElementAndPublishesEach) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}, {"scene", "s"}});
  trial.publisher.events.clear();
  const Answer answer = trial.post(
      "/v1/object/" + key, {{"objects", {{{"name", "a"}, {"transform", numbers(1)}}, {{"name", "b"}}}}});
  EXPECT_EQ(answer.body["num_records"], 2);
  ASSERT_EQ(trial.publisher.events.size(), 2U);
  EXPECT_EQ(trial.publisher.events[0].body["name"], "a");
  EXPECT_EQ(trial.publisher.events[1].body["name"], "b");
  EXPECT_EQ(trial.publisher.events[1].body["transform"], numbers(1));
}

TEST(Update, DoesNotUndoAnEventThatCameMeanwhile) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}, {"scene", "s"}});
  trial.store.delay = 5;
  trial.begin(Method::kPost, "/v1/object/" + key, objects({{"name", "renamed"}}).dump(),
              [](const Answer& answer) { EXPECT_EQ(answer.status, 200); });
  trial.context.restart();
  trial.context.poll_one();
  trial.event(json{{"msg_type", 1}, {"key", key}, {"transform", numbers(7)}}.dump());
  EXPECT_EQ(trial.object(key)["transform"], numbers(7));
  trial.drain();
  EXPECT_EQ(trial.object(key)["name"], "renamed");
  EXPECT_EQ(trial.object(key)["transform"], numbers(7));
  EXPECT_EQ(trial.publisher.events.back().body["transform"], numbers(7));
}

TEST(Update, OfOnlyTheTransformDoesNotRewriteTheBody) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}});
  const std::size_t calls = trial.store.calls;
  trial.post("/v1/object/" + key, objects({{"name", "n"}}));
  EXPECT_EQ(trial.store.calls, calls);
  trial.post("/v1/object/" + key, objects({{"transform", numbers(2)}}));
  EXPECT_EQ(trial.store.calls, calls + 1);
  trial.start();
  EXPECT_EQ(trial.object(key)["transform"], numbers(2));
}

TEST(Update, ConfirmsNothingThatIsNotStored) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}});
  trial.event(json{{"msg_type", 1}, {"key", key}, {"name", "by event"}}.dump());
  EXPECT_EQ(trial.post("/v1/object/" + key, objects({{"name", "by event"}})).status, 200);
  trial.start();
  EXPECT_EQ(trial.object(key)["name"], "by event");
}

TEST(Request, EchoesTheTransactionId) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}});
  EXPECT_EQ(trial.post("/v1/object", {{"transaction_id", "t"}, {"objects", {{{"name", "n"}}}}})
                .body["transaction_id"],
            "t");
  EXPECT_EQ(trial.post("/v1/object/query", {{"transaction_id", "t"}, {"objects", {{{"name", "n"}}}}})
                .body["transaction_id"],
            "t");
  EXPECT_EQ(trial.post("/v1/object/" + key + "/action", {{"transaction_id", "t"}, {"name", "n"}})
                .body["transaction_id"],
            "t");
  EXPECT_EQ(
      trial.post("/v1/object/" + key + "/action/none", {{"transaction_id", "t"}}).body["transaction_id"],
      "t");
  EXPECT_FALSE(trial.get("/v1/object/" + key).body.contains("transaction_id"));
}

TEST(Limits, AreAnsweredWith122) {
  Trial trial;
  json assets = json::array();
  for (std::size_t i = 0; i < kAssetsMax; ++i) assets.push_back("a" + std::to_string(i));
  const std::string key = trial.create_object({{"name", "n"}, {"assets", assets}});
  EXPECT_EQ(trial.put("/v1/object/" + key + "/asset/a0").status, 200);
  EXPECT_EQ(trial.put("/v1/object/" + key + "/asset/more").code(), 122);
  EXPECT_EQ(trial.post("/v1/object/" + key, objects({{"assets", {"more"}}})).code(), 122);
  EXPECT_EQ(trial.post("/v1/object/" + key, objects({{"assets", {"a1"}}})).status, 200);
  EXPECT_EQ(trial.object(key)["assets"].size(), kAssetsMax);
  json actions = json::array();
  for (std::size_t i = 0; i < kActionsMax; ++i) actions.push_back({{"name", std::to_string(i)}});
  const std::string busy = trial.create_object({{"actions", actions}});
  EXPECT_EQ(trial.post("/v1/object/" + busy + "/action", {{"name", "more"}}).code(), 122);
  EXPECT_EQ(trial.post("/v1/object/" + busy + "/action", {{"name", "7"}}).status, 200);
}

TEST(Limits, RecordsMaxIs503) {
  Trial trial(ObjectsOptions{.records_max = 3});
  const json two{{"objects", {{{"name", "a"}}, {{"name", "b"}}}}};
  EXPECT_EQ(trial.post("/v1/object", two).status, 200);
  const Answer full = trial.post("/v1/object", two);
  EXPECT_EQ(full.status, 503);
  EXPECT_EQ(full.code(), 120);
  EXPECT_EQ(trial.post("/v1/object", objects({{"name", "c"}})).status, 200);
  EXPECT_EQ(trial.service->object_table().size(), 3U);
}

// ------------------------------------------------------------------------------------------------ actions

TEST(Action, CreateReplacesWithKeyframes) {
  Trial trial;
  const std::string key = trial.create_object(
      {{"actions", {{{"name", "a"}, {"description", "old"}, {"keyframes", {{{"frame", 1}}}}}}}});
  trial.post("/v1/object/" + key + "/action", {{"name", "a"}, {"keyframes", {{{"frame", 2}}}}});
  const json action = trial.object(key)["actions"][0];
  EXPECT_FALSE(action.contains("description"));
  EXPECT_EQ(action["keyframes"].size(), 1U);
  EXPECT_EQ(action["keyframes"][0]["frame"], 2);
}

TEST(Action, NamesAreOpaqueAndSorted) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}});
  for (const char* name : {"z", "a.b.c", "$x", "A/B"}) {
    EXPECT_EQ(trial.post("/v1/object/" + key + "/action", {{"name", name}}).status, 200);
  }
  const json actions = trial.object(key)["actions"];
  ASSERT_EQ(actions.size(), 4U);
  EXPECT_EQ(actions[0]["name"], "$x");
  EXPECT_EQ(actions[1]["name"], "A/B");
  EXPECT_EQ(actions[2]["name"], "a.b.c");
  EXPECT_EQ(trial.erase("/v1/object/" + key + "/action/A%2FB").status, 200);
}

TEST(Action, UpdateDoesNotRenameOrTouchKeyframes) {
  Trial trial;
  const std::string key = trial.create_object(
      {{"actions", {{{"name", "a"}, {"description", "d"}, {"keyframes", {{{"frame", 1}}}}}}}});
  trial.post("/v1/object/" + key + "/action/a", {{"name", "b"}, {"keyframes", {{{"frame", 2}}}}});
  const json action = trial.object(key)["actions"][0];
  EXPECT_EQ(action["name"], "a");
  EXPECT_EQ(action["description"], "d");
  EXPECT_EQ(action["keyframes"].size(), 1U);
  EXPECT_EQ(action["keyframes"][0]["frame"], 1);
}

TEST(Keyframe, CreateReplacesAndUpdateKeeps) {
  Trial trial;
  const std::string key = trial.create_object({{"actions", {{{"name", "a"}}}}});
  const std::string path = "/v1/object/" + key + "/action/a/keyframe";
  const json handle{{"left_type", "l"},  {"left_x", 1.0},  {"left_y", 2.0},
                    {"right_type", "r"}, {"right_x", 3.0}, {"right_y", 4.0}};
  trial.post(path, {{"frame", 5}, {"transform", numbers(1)}, {"rotation_handle", {handle}}});
  trial.post(path + "/5", {{"frame", 77}, {"rotation_handle", {{{"left_x", 9.0}}, handle}}});
  json keyframe = trial.object(key)["actions"][0]["keyframes"][0];
  EXPECT_EQ(keyframe["frame"], 5);
  EXPECT_EQ(keyframe["transform"], numbers(1));
  EXPECT_EQ(keyframe["rotation_handle"][0]["left_x"], 9.0);
  EXPECT_EQ(keyframe["rotation_handle"][0]["right_x"], 3.0);
  EXPECT_EQ(keyframe["rotation_handle"][1], handle);
  trial.post(path, {{"frame", 5}});
  keyframe = trial.object(key)["actions"][0]["keyframes"][0];
  EXPECT_EQ(keyframe["transform"], kUnit);
  EXPECT_EQ(keyframe["rotation_handle"][1]["left_x"], 0.0);
}

// ------------------------------------------------------------------------------------------------- events

TEST(Event, ObjectLife) {
  Trial trial;
  std::string key;
  const Published created = only_event(trial, [&] {
    const Answer answer =
        trial.post("/v1/object", objects({{"key", "mine"},
                                          {"name", "n"},
                                          {"scene", "s"},
                                          {"type", "t"},
                                          {"assets", {"x"}},
                                          {"transform", numbers(1)},
                                          {"actions", {{{"name", "a"}, {"keyframes", {{{"frame", 1}}}}}}}}));
    key = answer.body["objects"][0]["key"];
    return answer;
  });
  EXPECT_EQ(created.scene, "s");
  EXPECT_EQ(created.body["msg_type"], 0);
  EXPECT_EQ(created.body["key"], key);
  EXPECT_EQ(created.body["name"], "n");
  EXPECT_EQ(created.body["transform"], numbers(1));
  EXPECT_EQ(created.body["assets"], json::array({"x"}));
  EXPECT_EQ(created.body["actions"][0]["keyframes"][0]["frame"], 1);
  EXPECT_EQ(created.text.find('\n'), std::string::npos);

  const Published updated = only_event(trial, [&] {
    return trial.post("/v1/object/" + key, objects({{"type", "u"}}));
  });
  EXPECT_EQ(updated.scene, "s");
  EXPECT_EQ(updated.body["msg_type"], 1);
  EXPECT_EQ(updated.body["name"], "n");
  EXPECT_EQ(updated.body["type"], "u");
  EXPECT_EQ(updated.body["transform"], numbers(1));

  const Published moved = only_event(trial, [&] {
    return trial.post("/v1/object/" + key, objects({{"scene", "s2"}}));
  });
  EXPECT_EQ(moved.scene, "s2");

  const Published erased = only_event(trial, [&] { return trial.erase("/v1/object/" + key); });
  EXPECT_EQ(erased.scene, "s2");
  EXPECT_EQ(erased.body["msg_type"], 3);
  EXPECT_EQ(erased.body["key"], key);
  EXPECT_EQ(erased.body["name"], "n");
  EXPECT_EQ(erased.body["assets"], json::array());
  EXPECT_EQ(erased.body["actions"], json::array());
}

struct ActionTypes {
  int create, update, erase, keyframe_create, keyframe_update, keyframe_erase;
};

/// The events of actions and keyframes, which objects and properties have in common.
void expect_action_events(Trial& trial, const std::string& one, const ActionTypes& types) {
  const std::string action = one + "/action/a", keyframe = action + "/keyframe";
  const auto check = [&](const Published& event, int type, const char* scene) {
    EXPECT_EQ(event.body["msg_type"], type);
    EXPECT_EQ(event.scene, scene) << type;
    EXPECT_EQ(event.body["scene"], "s") << type;
    EXPECT_EQ(event.body["name"], "n") << type;
    EXPECT_EQ(event.body["actions"][0]["name"], "a") << type;
    EXPECT_EQ(event.body["actions"].size(), 1U) << type;
    return event.body["actions"][0];
  };
  json told = check(
      only_event(trial,
                 [&] {
                   return trial.post(
                       one + "/action",
                       {{"name", "a"}, {"description", "d"}, {"key", "k"}, {"keyframes", {{{"frame", 1}}}}});
                 }),
      types.create, "s");
  EXPECT_EQ(told["description"], "d");
  EXPECT_EQ(told["key"], "k");
  EXPECT_EQ(told["keyframes"].size(), 1U);
  told = check(only_event(trial,
                          [&] {
                            return trial.post(action, {{"scene", "elsewhere"}, {"description", "e"}});
                          }),
               types.update, "elsewhere");
  EXPECT_EQ(told["description"], "e");
  told = check(only_event(trial,
                          [&] {
                            return trial.post(keyframe, {{"frame", 2}});
                          }),
               types.keyframe_create, "s");
  EXPECT_EQ(told["keyframes"].size(), 1U);
  EXPECT_EQ(told["keyframes"][0]["frame"], 2);
  told = check(only_event(trial,
                          [&] {
                            return trial.post(keyframe + "/2", {{"scene", "there"}});
                          }),
               types.keyframe_update, "there");
  EXPECT_EQ(told["keyframes"][0]["frame"], 2);
  told = check(only_event(trial, [&] { return trial.erase(keyframe + "/2"); }), types.keyframe_erase, "s");
  EXPECT_EQ(told["keyframes"][0]["frame"], 2);
  told = check(only_event(trial, [&] { return trial.erase(action); }), types.erase, "s");
  EXPECT_EQ(told["keyframes"], json::array());
}

TEST(Event, ObjectActionsAndKeyframes) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}, {"scene", "s"}, {"transform", numbers(3)}});
  expect_action_events(trial, "/v1/object/" + key, {19, 20, 22, 15, 16, 18});
  EXPECT_EQ(trial.publisher.events.back().body["transform"], numbers(3));
}

TEST(Event, PropertyLife) {
  Trial trial;
  std::string key;
  const Published created = only_event(trial, [&] {
    const Answer answer = trial.post(
        "/v1/property", properties({{"key", "mine"}, {"name", "n"}, {"scene", "s"}, {"values", {1.5}}}));
    key = answer.body["properties"][0]["key"];
    return answer;
  });
  EXPECT_EQ(created.body["msg_type"], 8);
  EXPECT_EQ(created.body["key"], key);
  EXPECT_EQ(created.body["values"], json::array({1.5}));
  EXPECT_EQ(only_event(trial,
                       [&] {
                         return trial.post("/v1/property/" + key, properties({{"values", {2}}}));
                       })
                .body["msg_type"],
            9);
  expect_action_events(trial, "/v1/property/" + key, {27, 28, 30, 23, 24, 26});
  const Published erased = only_event(trial, [&] { return trial.erase("/v1/property/" + key); });
  EXPECT_EQ(erased.body["msg_type"], 11);
  EXPECT_EQ(erased.scene, "s");
}

TEST(Event, NothingIsPublishedWithoutASceneOrSuccess) {
  Trial trial;
  const std::string nowhere = trial.create_object({{"name", "n"}});
  const std::string somewhere = trial.create_object({{"name", "n"}, {"scene", "s"}});
  trial.publisher.events.clear();
  trial.post("/v1/object/" + nowhere, objects({{"name", "m"}}));
  trial.erase("/v1/object/" + nowhere);
  trial.post("/v1/object/5b98880a270698496c36e392", objects({{"scene", "s"}}));
  trial.erase("/v1/object/5b98880a270698496c36e392");
  trial.erase("/v1/object/" + somewhere + "/action/none");
  trial.store.fail(TrialStore::Failure::kBefore);
  trial.post("/v1/object/" + somewhere, objects({{"name", "m"}}));
  trial.erase("/v1/object/" + somewhere);
  trial.post("/v1/object", objects({{"scene", "s"}}));
  EXPECT_EQ(trial.publisher.events.size(), 0U);
}

// ----------------------------------------------------------------------------------------- the store fails

TEST(StoreFailure, Is503WhenItMayPassAnd500Otherwise) {
  Trial trial;
  const std::string key = trial.create_object(
      {{"name", "n"}, {"scene", "s"}, {"actions", {{{"name", "a"}, {"keyframes", {{{"frame", 1}}}}}}}});
  const json before = trial.object(key);
  const std::string path = "/v1/object/" + key;
  trial.store.fail(TrialStore::Failure::kBefore);
  for (const auto& [error, status] : {std::pair{storage::Errc::kFull, 503},
                                      {storage::Errc::kUnavailable, 503},
                                      {storage::Errc::kCorrupt, 500}}) {
    trial.store.error = error;
    const std::vector<Answer> answers{trial.post("/v1/object", objects({{"name", "x"}})),
                                      trial.post(path, objects({{"name", "x"}})),
                                      trial.get(path + "/lock?device=d"),
                                      trial.put(path + "/asset/x"),
                                      trial.post(path + "/action", {{"name", "x"}}),
                                      trial.post(path + "/action/a", {{"description", "x"}}),
                                      trial.post(path + "/action/a/keyframe", {{"frame", 2}}),
                                      trial.post(path + "/action/a/keyframe/1", {{"transform", numbers(1)}}),
                                      trial.erase(path + "/action/a/keyframe/1"),
                                      trial.erase(path + "/action/a"),
                                      trial.erase(path)};
    for (std::size_t i = 0; i < answers.size(); ++i) {
      EXPECT_EQ(answers[i].status, status) << i;
      EXPECT_EQ(answers[i].code(), 120) << i;
    }
    EXPECT_EQ(trial.object(key), before);
    EXPECT_EQ(trial.post("/v1/object/query", objects({{"name", "n"}})).status, 200);
  }
  trial.store.fail(TrialStore::Failure::kNone);
  EXPECT_EQ(trial.post(path, objects({{"name", "well again"}})).status, 200);
}

TEST(StoreFailure, AnUpdateWithUnknownEndIsPutRight) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}});
  trial.store.fail(TrialStore::Failure::kAfter);
  EXPECT_EQ(trial.post("/v1/object/" + key, objects({{"name", "half done"}})).status, 503);
  EXPECT_EQ(trial.object(key)["name"], "n");
  trial.store.fail(TrialStore::Failure::kNone);
  trial.run(trial.service->flusher().flush_all()).value();
  trial.start();
  EXPECT_EQ(trial.object(key)["name"], "n");
}

// ------------------------------------------------------------------------------------------------- restart

TEST(Restart, EverythingConfirmedIsThere) {
  Trial trial;
  const std::string object = trial.create_object(
      {{"name", "n"},
       {"scene", "s"},
       {"owner", "o"},
       {"assets", {"x"}},
       {"transform", numbers(1)},
       {"actions", {{{"name", "a"}, {"keyframes", {{{"frame", -1}, {"transform", numbers(2)}}}}}}}});
  const std::string property = trial.create_property({{"name", "p"}, {"values", {1, 2, 3, 4}}});
  const std::string gone = trial.create_object({{"name", "gone"}});
  trial.erase("/v1/object/" + gone);
  const json before_object = trial.object(object), before_property = trial.property(property);
  trial.start();
  EXPECT_EQ(trial.object(object), before_object);
  EXPECT_EQ(trial.property(property), before_property);
  EXPECT_EQ(trial.get("/v1/object/" + gone).status, 404);
  EXPECT_EQ(trial.get("/v1/object/" + object + "/lock?device=other").status, 423);
  EXPECT_EQ(names_of(trial.post("/v1/object/query", objects({{"scene", "s"}}))), json::array({"n"}));
}

TEST(Restart, ACorruptDocumentIsNamed) {
  Trial trial;
  storage::Write write{
      storage::Write::Kind::kInsert, "object", {"5b98880a270698496c36e392", R"({"name":3})", ""}};
  std::vector<storage::Write> writes{write};
  trial.run(trial.store.write(std::move(writes))).value();
  EXPECT_THROW(trial.start(), std::runtime_error);
}

}  // namespace
}  // namespace aesel::objects
