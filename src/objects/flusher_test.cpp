#include "objects/flusher.hpp"

#include <gtest/gtest.h>

#include "objects/trial.hpp"

namespace aesel::objects {
namespace {

using nlohmann::json;
using trial::kUnit;
using trial::numbers;
using trial::Trial;
using trial::TrialStore;

std::string move_event(const std::string& key, double seed) {
  return json{{"msg_type", 1}, {"key", key}, {"transform", numbers(seed)}}.dump();
}

TEST(Flusher, AThousandUpdatesAreOneWrite) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}, {"scene", "s"}});
  const std::size_t calls = trial.store.calls;
  const std::size_t written = trial.store.written;
  for (int i = 0; i < 1000; ++i) trial.event(move_event(key, i));
  EXPECT_EQ(trial.run(trial.service->flusher().flush_batch()).value(), 1U);
  EXPECT_EQ(trial.store.calls, calls + 1);
  EXPECT_EQ(trial.store.written, written + 1);
  EXPECT_EQ(trial.run(trial.service->flusher().flush_batch()).value(), 0U);
  trial.start();
  EXPECT_EQ(trial.object(key)["transform"], numbers(999));
  EXPECT_EQ(trial.object(key)["name"], "n");
}

TEST(Flusher, BodiesAndStatesOfBothKindsComeBack) {
  Trial trial;
  const std::string object =
      trial.create_object({{"name", "n"}, {"scene", "s"}, {"actions", {{{"name", "a"}}}}});
  const std::string property = trial.create_property({{"name", "p"}, {"scene", "s"}});
  trial.event(
      json{{"msg_type", 20}, {"key", object}, {"actions", {{{"name", "a"}, {"description", "d"}}}}}.dump());
  trial.event(json{{"msg_type", 9}, {"key", property}, {"values", {1.5, 2}}, {"parent", "x"}}.dump());
  EXPECT_EQ(trial.run(trial.service->flusher().flush_batch()).value(), 2U);
  trial.start();
  EXPECT_EQ(trial.object(object)["actions"][0]["description"], "d");
  EXPECT_EQ(trial.property(property)["values"], (json{1.5, 2.0}));
  EXPECT_EQ(trial.property(property)["parent"], "x");
}

TEST(Flusher, ABatchIsBounded) {
  Trial trial(ObjectsOptions{.flush_records_max = 3});
  for (int i = 0; i < 7; ++i) trial.event(move_event(trial.create_object({{"name", "n"}}), i));
  std::vector<std::size_t> batches;
  for (int i = 0; i < 4; ++i) batches.push_back(trial.run(trial.service->flusher().flush_batch()).value());
  EXPECT_EQ(batches, (std::vector<std::size_t>{3, 3, 1, 0}));
}

TEST(Flusher, AFailedFlushIsTriedAgain) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}});
  trial.event(move_event(key, 1));
  trial.store.fail(TrialStore::Failure::kBefore);
  EXPECT_FALSE(trial.run(trial.service->flusher().flush_batch()));
  EXPECT_FALSE(trial.run(trial.service->flusher().flush_all()));
  EXPECT_EQ(trial.service->object_table().dirty(), 1U);
  EXPECT_NE(trial.metrics->print().find("aesel_objects_flush_failures_total 2"), std::string::npos);
  trial.store.fail(TrialStore::Failure::kNone);
  trial.event(move_event(key, 2));
  EXPECT_TRUE(trial.run(trial.service->flusher().flush_all()));
  EXPECT_EQ(trial.service->object_table().dirty(), 0U);
  trial.start();
  EXPECT_EQ(trial.object(key)["transform"], numbers(2));
}

TEST(Flusher, LeavesWhatARequestIsWriting) {
  Trial trial;
  const std::string held = trial.create_object({{"name", "held"}});
  const std::string free = trial.create_object({{"name", "free"}});
  trial.store.delay = 5;
  std::optional<std::size_t> flushed;
  trial.begin(http::Method::kPost, "/v1/object/" + held, R"({"objects":[{"name":"renamed"}]})",
              [&](const trial::Answer& answer) { EXPECT_EQ(answer.status, 200); });
  trial.context.restart();
  trial.context.poll_one();
  trial.event(move_event(held, 1));
  trial.event(move_event(free, 2));
  boost::asio::co_spawn(
      trial.context, trial.service->flusher().flush_batch(),
      [&](const std::exception_ptr&, const Result<std::size_t>& result) { flushed = result.value(); });
  trial.drain();
  EXPECT_EQ(flushed, 1U);
  EXPECT_EQ(trial.service->object_table().dirty(), 1U);
  ASSERT_TRUE(trial.run(trial.service->flusher().flush_all()));
  trial.start();
  EXPECT_EQ(trial.object(held)["name"], "renamed");
  EXPECT_EQ(trial.object(held)["transform"], numbers(1));
  EXPECT_EQ(trial.object(free)["transform"], numbers(2));
}

TEST(Flusher, FlushAllWaitsForARequest) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}});
  trial.store.delay = 5;
  bool answered = false;
  trial.begin(http::Method::kPost, "/v1/object/" + key, R"({"objects":[{"name":"renamed"}]})",
              [&](const trial::Answer&) { answered = true; });
  trial.context.restart();
  trial.context.poll_one();
  trial.event(move_event(key, 3));
  bool all = false;
  boost::asio::co_spawn(trial.context, trial.service->flusher().flush_all(),
                        [&](const std::exception_ptr&, const Result<void>& result) {
                          EXPECT_TRUE(result);
                          EXPECT_TRUE(answered);
                          all = true;
                        });
  trial.drain();
  EXPECT_TRUE(all);
  trial.start();
  EXPECT_EQ(trial.object(key)["transform"], numbers(3));
}

TEST(Flusher, EventsDuringAFlushAreFlushedNext) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}});
  trial.event(move_event(key, 1));
  trial.store.delay = 5;
  std::optional<std::size_t> flushed;
  boost::asio::co_spawn(
      trial.context, trial.service->flusher().flush_batch(),
      [&](const std::exception_ptr&, const Result<std::size_t>& result) { flushed = result.value(); });
  trial.context.restart();
  trial.context.poll_one();
  trial.event(move_event(key, 2));
  trial.drain();
  EXPECT_EQ(flushed, 1U);
  EXPECT_EQ(trial.service->object_table().dirty(), 1U);
  trial.run(trial.service->flusher().flush_all()).value();
  trial.start();
  EXPECT_EQ(trial.object(key)["transform"], numbers(2));
}

TEST(Flusher, RunsUntilStopped) {
  Trial trial(ObjectsOptions{.flush_ms = 1});
  const std::string key = trial.create_object({{"name", "n"}});
  trial.event(move_event(key, 1));
  bool ended = false;
  boost::asio::co_spawn(trial.context, trial.service->flusher().run(),
                        [&](const std::exception_ptr&) { ended = true; });
  trial.context.restart();
  while (trial.service->object_table().dirty() > 0) trial.context.run_one();
  EXPECT_FALSE(ended);
  trial.service->flusher().stop();
  trial.context.run();
  EXPECT_TRUE(ended);
}

TEST(Flusher, ErasesWhatAFailedCreateLeftBehind) {
  Trial trial;
  trial.store.fail(TrialStore::Failure::kAfter);
  EXPECT_EQ(trial.post("/v1/object", {{"objects", {{{"name", "ghost"}}}}}).status, 503);
  trial.store.fail(TrialStore::Failure::kNone);
  trial.run(trial.service->flusher().flush_all()).value();
  trial.start();
  EXPECT_EQ(trial.service->object_table().size(), 0U);
}

TEST(Flusher, BringsBackWhatAFailedDeleteTook) {
  Trial trial;
  const std::string key = trial.create_object({{"name", "n"}, {"transform", numbers(4)}});
  trial.store.fail(TrialStore::Failure::kAfter);
  EXPECT_EQ(trial.erase("/v1/object/" + key).status, 503);
  EXPECT_EQ(trial.object(key)["name"], "n");
  trial.store.fail(TrialStore::Failure::kNone);
  trial.run(trial.service->flusher().flush_all()).value();
  trial.start();
  EXPECT_EQ(trial.object(key)["transform"], numbers(4));
}

}  // namespace
}  // namespace aesel::objects
