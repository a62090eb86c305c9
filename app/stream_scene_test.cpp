// The requests that place, record and delete a motion's objects, against a server made of prepared answers.
#include "app/stream_scene.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

namespace aesel::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kIdentity = "[1.0,0.0,0.0,0.0,0.0,1.0,0.0,0.0,0.0,0.0,1.0,0.0,0.0,0.0,0.0,1.0]";
const std::string kKeyA(24, 'a');
const std::string kKeyB(24, 'b');

/// Answers in order; remembers what was asked.
class FakeServer {
 public:
  void answer(int status, std::string body) {
    answers_.push_back(http::Response{.status = status, .body = body});
  }
  void fail(error_code error) { answers_.push_back(error); }

  StreamScene scene() {
    return StreamScene(
        {.server = "http://host:1", .scene = "my scene"}, [this](const http::ClientRequest& request) {
          requests.push_back(std::string(http::to_text(request.method)) + " " + request.target);
          bodies.push_back(request.body);
          EXPECT_FALSE(answers_.empty()) << requests.back();
          if (answers_.empty()) return Result<http::Response>(http::Response{.status = 500});
          auto next = std::move(answers_.front());
          answers_.pop_front();
          return next;
        });
  }
  std::vector<std::string> requests;
  std::vector<std::string> bodies;

 private:
  std::deque<Result<http::Response>> answers_;
};

JointObject joint(std::string name, std::string parent) {
  return {.name = std::move(name),
          .parent = std::move(parent),
          .first = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};
}
std::string answer_with(const std::string& objects) {
  return R"({"err_code":100,"objects":[)" + objects + "]}";
}

bool go_on(std::size_t) {
  return true;
}

TEST(StreamScene, UsesWhatIsThereAndCreatesTheRest) {
  FakeServer server;
  server.answer(200, answer_with(R"({"name":"hip","key":")" + kKeyA + R"(","parent":"","transform":)" +
                                 kIdentity + "}"));
  server.answer(200, answer_with(R"({"key":")" + kKeyB + "\"}"));
  std::vector<PlacedJoint> placed;
  auto scene = server.scene();
  const auto result = scene.place(std::vector{joint("hip", ""), joint("knee", "hip")}, placed, go_on);
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_THAT(server.requests,
              ElementsAre("POST /v1/scene/my%20scene/object/query", "POST /v1/scene/my%20scene/object"));
  EXPECT_THAT(server.bodies[1], Not(HasSubstr("\"name\":\"hip\"")));
  ASSERT_EQ(placed.size(), 2u);
  EXPECT_EQ(placed[0].key, kKeyA);
  EXPECT_FALSE(placed[0].created);
  EXPECT_EQ(placed[0].stored.value()[0], 1);
  EXPECT_EQ(placed[1].key, kKeyB);
  EXPECT_TRUE(placed[1].created);
  EXPECT_EQ(placed[1].stored.value()[3], 3);
}

TEST(StreamScene, GivesAFoundObjectItsParent) {
  FakeServer server;
  server.answer(200, answer_with(R"({"name":"knee","key":")" + kKeyA + R"(","parent":"elbow"})"));
  server.answer(200, answer_with("{}"));
  std::vector<PlacedJoint> placed;
  auto scene = server.scene();
  ASSERT_TRUE(scene.place(std::vector{joint("knee", "hip")}, placed, go_on));
  ASSERT_EQ(server.requests.size(), 2u);
  EXPECT_EQ(server.requests[1], "POST /v1/scene/my%20scene/object/" + kKeyA);
  EXPECT_THAT(server.bodies[1], HasSubstr("\"parent\":\"hip\""));
}

TEST(StreamScene, WorksInBatchesAndStopsWhenTold) {
  std::vector<JointObject> joints(2 * StreamScene::kJointsPerRequest + 1, joint("hip", ""));
  std::string keys;
  for (std::size_t i = 0; i < StreamScene::kJointsPerRequest; ++i) {
    keys += std::string(i ? "," : "") + R"({"key":")" + kKeyB + "\"}";
  }
  FakeServer server;
  server.answer(200, answer_with(""));
  server.answer(200, answer_with(keys));
  std::vector<std::size_t> done;
  std::vector<PlacedJoint> placed;
  auto scene = server.scene();
  ASSERT_TRUE(scene.place(joints, placed, [&](std::size_t count) {
    done.push_back(count);
    return false;
  }));
  EXPECT_THAT(done, ElementsAre(StreamScene::kJointsPerRequest));
  EXPECT_TRUE(placed[0].created);
  EXPECT_FALSE(placed.back().created);
  EXPECT_EQ(server.requests.size(), 2u);
}

TEST(StreamScene, RecordsReadsAndRemovesByKey) {
  FakeServer server;
  server.answer(200, answer_with(""));
  server.answer(200, answer_with(R"({"key":"x","transform":)" + kIdentity + "}"));
  server.answer(200, answer_with(""));
  auto scene = server.scene();
  const PlacedJoint placed{.key = kKeyA};
  EXPECT_TRUE(scene.record(placed, {.name = "walk"}, std::vector<motion::Matrix>(3)));
  const auto stored = scene.stored(placed);
  ASSERT_TRUE(stored) << stored.error().text;
  EXPECT_EQ((*stored)[5], 1);
  EXPECT_TRUE(scene.remove(placed));
  const std::string path = "/v1/scene/my%20scene/object/" + kKeyA;
  EXPECT_THAT(server.requests, ElementsAre("POST " + path + "/action", "GET " + path, "DELETE " + path));
}

std::string error_after(FakeServer& server) {
  std::vector<PlacedJoint> placed;
  auto scene = server.scene();
  const auto result = scene.place(std::vector{joint("hip", "")}, placed, go_on);
  return result ? "no error" : result.error().text;
}

TEST(StreamSceneErrors, NobodyAnswers) {
  FakeServer server;
  server.fail(make_error_code(boost::system::errc::connection_refused));
  EXPECT_EQ(
      error_after(server),
      "http://host:1 does not answer: Connection refused. Start a server with `aesel serve`, or name another "
      "with --server");
}

TEST(StreamSceneErrors, RefusedWithACode) {
  FakeServer server;
  server.answer(503, R"({"err_code":120,"err_msg":"disk full","objects":[]})");
  EXPECT_EQ(error_after(server),
            "POST http://host:1/v1/scene/my%20scene/object/query: refused with status 503, err_code 120, "
            "disk full. "
            "The server's log says more");
}

TEST(StreamSceneErrors, SuccessStatusWithAFailureCode) {
  FakeServer server;
  server.answer(200, R"({"err_code":102})");
  EXPECT_THAT(error_after(server), HasSubstr("refused with status 200, err_code 102"));
}

TEST(StreamSceneErrors, SomebodyElsesServer) {
  FakeServer server;
  server.answer(200, "<html></html>");
  EXPECT_EQ(error_after(server),
            "POST http://host:1/v1/scene/my%20scene/object/query: status 200 and no err_code; is it an Aesel "
            "server?");
}

TEST(StreamSceneErrors, AnswersWithoutKeys) {
  FakeServer server;
  server.answer(200, answer_with(""));
  server.answer(200, answer_with(""));
  EXPECT_EQ(error_after(server),
            "the answer of http://host:1 has no element for each new object; is it an Aesel server?");
  server.answer(200, answer_with(""));
  server.answer(200, answer_with("{}"));
  EXPECT_EQ(error_after(server),
            "the answer of http://host:1 has no key for a new object; is it an Aesel server?");
}

}  // namespace
}  // namespace aesel::app
