// Assets as clients use them: metadata, lists, deletion, the requests of the contract's test collection.
#include "assets/assets.hpp"

#include <gtest/gtest.h>

#include "assets/test_server.hpp"

namespace aesel::assets::testing {
namespace {

std::vector<std::string> keys_of(const json& list) {
  std::vector<std::string> keys;
  for (const json& one : list) keys.push_back(one.at("key"));
  return keys;
}

TEST(Assets, HaveDefaults) {
  TestServer server;
  const std::string key = server.add("plain");
  const json metadata = server.metadata(key);
  EXPECT_EQ(metadata,
            json::parse(R"({"name":"","description":null,"contentType":"text/plain","fileType":"txt",
      "assetType":"standard","user":"","public":true,"isPublic":true,"size":5,
      "createdTimestamp":"1970.01.01.00.00.01","key":")" +
                        key + R"(","sha256":")" + crypto::to_hex(crypto::sha256("plain")) + "\"}"));
}

TEST(Assets, AreListedByKeyInPages) {
  TestServer server;
  std::vector<std::string> keys;
  for (int i = 0; i < 5; ++i) keys.push_back(server.add("x"));
  ASSERT_TRUE(std::ranges::is_sorted(keys));
  EXPECT_EQ(keys_of(server.get("/v1/asset/").json()), keys);
  EXPECT_EQ(keys_of(server.get("/v1/asset?limit=2&offset=1").json()), (std::vector{keys[1], keys[2]}));
  EXPECT_EQ(server.get("/v1/asset?offset=5").json(), json::array());
  for (const char* bad :
       {"limit=0", "limit=-1", "limit=x", "limit=10001", "offset=-1", "offset=x", "name=%FF"})
    EXPECT_EQ(server.get(std::string("/v1/asset?") + bad).status, 400) << bad;
}

TEST(Assets, AreFoundByEveryFilterAtOnce) {
  TestServer server;
  const std::string one =
      server.add("x", "/v1/asset?name=a&file-type=obj&asset-type=mesh&content-type=model/obj");
  const std::string two = server.add("x", "/v1/asset?name=a&file-type=obj&asset-type=mesh");
  const std::string three = server.add("x", "/v1/asset?name=a");
  const auto found = [&](const std::string& query) {
    const std::vector<std::string> keys = keys_of(server.get("/v1/asset?" + query).json());
    EXPECT_EQ(server.get("/v1/asset/count?limit=1&" + query).json(), json({{"count", keys.size()}})) << query;
    return keys;
  };
  EXPECT_EQ(found("name=a"), (std::vector{one, two, three}));
  EXPECT_EQ(found("name=a&file-type=obj"), (std::vector{one, two}));
  EXPECT_EQ(found("name=a&file-type=obj&asset-type=mesh&content-type=text/plain"), std::vector{two});
  EXPECT_EQ(found("name=A"), std::vector<std::string>());
  EXPECT_EQ(found("key=" + one), std::vector{one});
  EXPECT_EQ(found("key=" + one + "&name=b"), std::vector<std::string>());
  EXPECT_EQ(found("key=nonsense"), std::vector<std::string>());
  EXPECT_EQ(found("key=" + kAbsent), std::vector<std::string>());
  EXPECT_EQ(found("key=&name="), (std::vector{one, two, three})) << "empty is absent";
}

TEST(Assets, AreDescribedInBulk) {
  TestServer server;
  const std::string one = server.add("x"), two = server.add("y");
  const auto bulk = [&](const std::string& body) { return server.post("/v1/bulk/asset", body); };
  EXPECT_EQ(keys_of(bulk(json({{"ids", {two, kAbsent, "nonsense", 7, nullptr, one, two}}}).dump()).json()),
            (std::vector{one, two}));
  EXPECT_EQ(bulk(R"({"ids":[]})").json(), json::array());
  EXPECT_EQ(bulk(R"({"ids":["nonsense"]})").json(), json::array());
  for (const char* bad : {R"({"ids":null})", R"({"ids":"x"})", "{}", "[]", "", "x"}) {
    EXPECT_EQ(bulk(bad).status, 400) << bad;
    EXPECT_NE(bulk(bad).code(), 0);
  }
}

TEST(Assets, ThatAreNotThereAreNotFound) {
  TestServer server;
  for (const std::string& key : {kAbsent, std::string("nonsense"), std::string(5000, 'a')}) {
    EXPECT_EQ(server.get("/v1/asset/" + key).status, 404);
    EXPECT_EQ(server.get("/v1/asset/" + key + "/x.png").code(), 102);
    EXPECT_EQ(server.upload("/v1/asset/" + key, {file_part("x")}).status, 404);
  }
  EXPECT_EQ(server.erase("/v1/asset/" + kAbsent).status, 200);
  EXPECT_EQ(server.erase("/v1/asset/nonsense").status, 404);
  EXPECT_EQ(server.history(kAbsent), json::array());
  EXPECT_EQ(server.get("/v1/history/nonsense").status, 404);
  EXPECT_EQ(server.get("/v1/asset").json(), json::array());
  EXPECT_TRUE(server.everything().empty());
}

TEST(Assets, KeyMayBeInCapitals) {
  TestServer server;
  std::string key = server.add("x");
  std::ranges::transform(key, key.begin(), [](char c) { return static_cast<char>(std::toupper(c)); });
  EXPECT_EQ(server.get("/v1/asset/" + key).body, "x");
  EXPECT_FALSE(server.metadata(key).is_null());
}

TEST(Assets, GoWithAllThatPointsAtThem) {
  TestServer server;
  const std::string mesh = server.add("mesh", "/v1/asset?related-id=s1&related-type=scene");
  const std::string icon = server.add("icon", "/v1/asset?related-type=thumbnail&related-id=" + mesh);
  EXPECT_EQ(server.get("/v1/relationship?related=" + mesh).json().size(), 1u);
  const Answer answer = server.erase("/v1/asset/" + mesh);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "Success");
  EXPECT_EQ(answer.content_type, "text/plain");
  EXPECT_EQ(server.get("/v1/relationship?related=" + mesh).json(), json::array());
  EXPECT_EQ(server.get("/v1/relationship?related=s1").json(), json::array());
  EXPECT_EQ(server.get("/v1/asset/" + mesh).status, 404);
  EXPECT_EQ(server.get("/v1/asset/" + icon).body, "icon");
  EXPECT_EQ(server.erase("/v1/asset/" + mesh).status, 200) << "again";
  server.expect_consistent();
}

TEST(Assets, AreRelatedOnlyIfBothHalvesAreGiven) {
  TestServer server;
  server.add("x", "/v1/asset?related-id=s1");
  server.add("x", "/v1/asset?related-type=scene");
  EXPECT_EQ(server.get("/v1/relationship").json(), json::array());
  const std::string key = server.add("x", "/v1/asset?related-id=s1&related-type=scene");
  const json list = server.get("/v1/relationship").json();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].at("assetId"), key);
  EXPECT_EQ(list[0].at("relationshipType"), "scene");
  EXPECT_EQ(list[0].at("relatedId"), "s1");
}

TEST(Assets, WithEqualContentAreApart) {
  TestServer server;
  const std::string one = server.add("same"), two = server.add("same");
  server.erase("/v1/asset/" + one);
  EXPECT_EQ(server.get("/v1/asset/" + two).body, "same");
}

/// The requests of the contract's section 6.3, in order, as the user "test".
TEST(Assets, ServeTheContractsCollection) {
  TestServer server;
  server.who = access::Principal{"test", access::Standing::kUser};
  const std::string first =
      server.add("one", "/v1/asset?content-type=application/json&file-type=json&name=test");
  EXPECT_EQ(server.get("/v1/asset/" + first).status, 200);
  EXPECT_FALSE(server.get("/v1/asset?content-type=application/json").json().empty());
  EXPECT_EQ(server.get("/v1/asset/count?content-type=application/json").status, 200);
  const Answer update = server.upload("/v1/asset/" + first, {file_part("two"), {"scene", "s"}});
  ASSERT_EQ(update.status, 200);
  const std::string second = update.body;
  EXPECT_NE(second, first);
  EXPECT_FALSE(server.history(second).empty());
  const std::string icon =
      server.add("icon", "/v1/asset?asset-type=thumbnail&related-type=thumbnail&related-id=" + second);
  EXPECT_FALSE(server.get("/v1/relationship?type=thumbnail&related=" + second).json().empty());
  EXPECT_EQ(server.post("/v1/bulk/asset", json({{"ids", {second, icon}}}).dump()).json().size(), 2u);
  EXPECT_EQ(server.erase("/v1/asset/" + second).status, 200);
  EXPECT_EQ(server.erase("/v1/asset/" + first).status, 200);
  EXPECT_EQ(server.get("/v1/asset").json().size(), 1u);
  server.expect_consistent();
}

TEST(Assets, FollowTheirOwnersNewName) {
  TestServer server;
  server.who = kAnn;
  const std::string mine = server.add("x", "/v1/asset?isPublic=false");
  server.who = kBob;
  const std::string other = server.add("y");
  const auto renamed = storage::testing::run(server.assets.rename_owner(catalog::OwnerRename{"ann", "anna"}));
  EXPECT_EQ(renamed.value(), 1u);
  EXPECT_EQ(server.get("/v1/asset/" + mine).status, 404);
  server.who = access::Principal{"anna", access::Standing::kUser};
  EXPECT_EQ(server.get("/v1/asset/" + mine).body, "x");
  EXPECT_EQ(server.metadata(mine).at("user"), "anna");
  EXPECT_EQ(server.metadata(other).at("user"), "bob");
}

}  // namespace
}  // namespace aesel::assets::testing
