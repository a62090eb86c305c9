// Versions: what a new one inherits, whom relationships follow, what a history says, and that concurrent
// updates lose nothing.
#include <gtest/gtest.h>

#include "assets/test_server.hpp"

namespace aesel::assets::testing {
namespace {

std::string update(TestServer& server, const std::string& key, const std::string& content,
                   const std::string& query = "") {
  const Answer answer = server.upload("/v1/asset/" + key + query, {file_part(content)});
  EXPECT_EQ(answer.status, 200) << answer.body;
  return answer.body;
}

json history_json(const std::vector<std::string>& newest_first) {
  return json::array(
      {{{"id", newest_first.back()}, {"asset", newest_first.front()}, {"assetIds", newest_first}}});
}

TEST(Versions, InheritWhatIsNotGiven) {
  TestServer server;
  server.who = kAnn;
  const std::string first = server.add(
      "one", "/v1/asset?name=Table&content-type=model/obj&file-type=obj&asset-type=mesh&isPublic=no");
  server.clock.advance_ns(60'000'000'000);
  const std::string second = update(server, first, "two", "?name=Desk&related-id=s&related-type=scene");
  const json old = server.metadata(first), changed = server.metadata(second);
  EXPECT_EQ(changed.at("name"), "Desk");
  for (const char* same : {"contentType", "fileType", "assetType", "user", "isPublic"})
    EXPECT_EQ(changed.at(same), old.at(same)) << same;
  EXPECT_EQ(old.at("createdTimestamp"), "1970.01.01.00.00.01");
  EXPECT_EQ(changed.at("createdTimestamp"), "1970.01.01.00.01.01");
  EXPECT_EQ(server.get("/v1/asset/" + first).body, "one");
  EXPECT_EQ(server.get("/v1/asset/" + second).body, "two");
  EXPECT_EQ(server.get("/v1/relationship").json(), json::array()) << "an update relates to nothing new";
  server.expect_consistent();
}

TEST(Versions, AreInOneHistoryThatEachOfThemLeadsTo) {
  TestServer server;
  const std::string first = server.add("one");
  EXPECT_EQ(server.history(first), json::array()) << "one version is no history";
  const std::string second = update(server, first, "two");
  const std::string third = update(server, second, "three");
  const std::string fourth = update(server, first, "four");  // of the oldest one
  for (const std::string& key : {first, second, third, fourth}) {
    EXPECT_EQ(server.history(key), history_json({fourth, third, second, first}));
    EXPECT_EQ(server.get("/v1/asset-history/" + key).json(), server.history(key));
  }
}

TEST(Versions, TakeRelationshipsOfBothEndsAlong) {
  TestServer server;
  const std::string mesh = server.add("mesh", "/v1/asset?related-id=s1&related-type=scene");
  const std::string icon = server.add("icon", "/v1/asset?related-type=thumbnail&related-id=" + mesh);
  const std::string newer = update(server, mesh, "newer");
  EXPECT_EQ(server.get("/v1/relationship?related=s1").json()[0].at("assetId"), newer);
  EXPECT_EQ(server.get("/v1/relationship?related=" + newer).json()[0].at("assetId"), icon);
  EXPECT_EQ(server.get("/v1/relationship?asset=" + mesh).json(), json::array());
  EXPECT_EQ(server.get("/v1/relationship?related=" + mesh).json(), json::array());
  const std::string newest = update(server, mesh, "of an old one");
  EXPECT_EQ(server.get("/v1/relationship?related=s1").json()[0].at("assetId"), newest)
      << "relationships are with the newest, whatever it was made from";
  EXPECT_EQ(server.get("/v1/relationship?related=" + newest).json()[0].at("assetId"), icon);
}

TEST(Versions, RelatedToEachOtherBecomeOne) {
  TestServer server;
  const std::string first = server.add("one");
  const std::string second = update(server, first, "two");
  server.send({http::Method::kPut, "/v1/relationship",
               json({{"assetId", first}, {"relatedId", second}, {"relationshipType", "t"}}).dump()});
  const std::string third = update(server, first, "three");
  const json list = server.get("/v1/relationship").json();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].at("assetId"), third);
  EXPECT_EQ(list[0].at("relatedId"), third);
}

TEST(Versions, ThatAreDeletedLeaveTheHistory) {
  TestServer server;
  const std::string first = server.add("one");
  const std::string second = update(server, first, "two");
  const std::string third = update(server, second, "three");
  server.erase("/v1/asset/" + third);
  EXPECT_EQ(server.history(first).at(0).at("asset"), second);
  server.erase("/v1/asset/" + first);
  EXPECT_EQ(server.history(second),
            json::array({{{"id", first}, {"asset", second}, {"assetIds", json::array({second})}}}));
  const std::string fourth = update(server, second, "four");
  EXPECT_EQ(server.history(fourth).at(0).at("assetIds"), json::array({fourth, second}));
  server.erase("/v1/asset/" + second);
  server.erase("/v1/asset/" + fourth);
  EXPECT_TRUE(server.everything().empty()) << "the history goes with its last version";
}

TEST(Versions, OfOneAssetAtTheSameTimeAreAllKept) {
  TestServer server;
  const std::string first = server.add("one", "/v1/asset?related-id=s&related-type=scene");
  const std::string second = update(server, first, "two");
  std::vector<Task<Answer>> tasks;
  for (int i = 0; i < 20; ++i) {
    auto sending =
        TestServer::upload_of("/v1/asset/" + (i % 2 == 0 ? first : second), {file_part(std::to_string(i))});
    sending.piece_bytes = static_cast<std::size_t>(10 + i);
    tasks.push_back(server.start(std::move(sending), kNobody));
  }
  std::vector<std::string> keys{first, second};
  for (const Answer& answer : storage::testing::run_all(std::move(tasks))) {
    EXPECT_EQ(answer.status, 200);
    keys.push_back(answer.body);
  }
  const json history = server.history(first);
  std::vector<std::string> versions = history.at(0).at("assetIds");
  EXPECT_EQ(server.get("/v1/relationship?related=s").json().at(0).at("assetId"), versions.front());
  std::ranges::sort(versions);
  std::ranges::sort(keys);
  EXPECT_EQ(versions, keys);
  server.expect_consistent();
}

TEST(Versions, OfAnAssetThatIsBeingDeletedLeaveNoTrace) {
  for (std::size_t piece_bytes : {1u, 10u, 50u, 1000u}) {
    TestServer server;
    const std::string first = server.add("one", "/v1/asset?related-id=s&related-type=scene");
    auto sending = TestServer::upload_of("/v1/asset/" + first, {file_part("two")});
    sending.piece_bytes = piece_bytes;
    std::vector<Task<Answer>> tasks;
    tasks.push_back(server.start(std::move(sending), kNobody));
    tasks.push_back(server.start({http::Method::kDelete, "/v1/asset/" + first}, kNobody));
    const std::vector<Answer> answers = storage::testing::run_all(std::move(tasks));
    EXPECT_EQ(answers[0].status, 404);
    EXPECT_EQ(answers[1].status, 200);
    EXPECT_TRUE(server.everything().empty());
  }
}

TEST(Versions, AreNotWithoutEnd) {
  TestServer server;
  const std::string first = server.add("one");
  History full{*AssetId::parse(first), std::vector<AssetId>(kVersionsMax, *AssetId::parse(first))};
  std::vector<storage::Write> writes;
  writes.push_back(AssetRecords::update(full));
  ASSERT_TRUE(storage::testing::run(server.records.write(std::move(writes))));
  const auto before = server.everything();
  EXPECT_EQ(server.upload("/v1/asset/" + first, {file_part("x")}).status, 409);
  EXPECT_EQ(server.everything(), before);
}

}  // namespace
}  // namespace aesel::assets::testing
