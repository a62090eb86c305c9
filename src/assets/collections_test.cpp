// Collections through their routes, as existing clients use them. What they have in common with other entries
// is tested in catalog/.
#include "assets/collections.hpp"

#include <gtest/gtest.h>

#include "catalog/test_client.hpp"

namespace aesel::assets {
namespace {

using namespace catalog::testing;

const catalog::Who kTest = access::Principal{"test", access::Standing::kUser};

class CollectionsTest : public ::testing::Test {
 protected:
  CollectionsTest() { EXPECT_TRUE(collections.open()); }

  std::unique_ptr<storage::DocumentStore> store = storage::make_memory_document_store();
  ManualClock clock;
  KeyGenerator keys;
  catalog::Catalog collections{*store, clock, keys, collection_kind()};
  TestClient client{collection_routes(collections)};
};

TEST_F(CollectionsTest, ServeTheFlowOfExistingClients) {
  client.as(kTest);
  const Answer made =
      client.post("/v1/collection", R"({"name":"test","description":"d","category":"c","tags":["x"],
    "thumbnail":null,"key":null,"isPublic":null,"public":null})");
  ASSERT_EQ(made.status, 200);
  const std::string id = made.body.at("id");
  const std::string path = "/v1/collection/" + id;
  EXPECT_EQ(client.get(path).body, made.body);
  EXPECT_EQ(client.put(path + "/tags/added").status, 200);
  EXPECT_EQ(client.erase(path + "/tags/added").status, 200);
  EXPECT_EQ(client.post(path, R"({"category":"other","name":null,"tags":[]})").status, 200);
  const Json bulk = client.post("/v1/bulk/collection", Json{{"ids", {id}}}.dump()).body;
  ASSERT_EQ(bulk.size(), 1u);
  EXPECT_EQ(bulk[0].at("category"), "other");
  EXPECT_EQ(bulk[0].at("tags"), Json({"x"}));
  EXPECT_EQ(client.get("/v1/collection?category=other").body, bulk);
  EXPECT_EQ(client.get("/v1/collection?name=test").body, bulk);
  EXPECT_EQ(client.erase(path).body, Json({{"id", id}}));
  expect_refusal(client.get(path), 404, 102);
}

TEST_F(CollectionsTest, CollectionHasTheMembersOfAnEntryAndNoMore) {
  const Json made = client.post("/v1/collection", R"({"sceneGroups":[{"name":"g"}],"x":1})").body;
  EXPECT_EQ(made.size(), 9u) << made;
}

TEST_F(CollectionsTest, BulkShowsWhatIsThereAndVisible) {
  const auto make = [&](const catalog::Who& who, const char* body) {
    return client.as(who).post("/v1/collection", body).body.at("id").get<std::string>();
  };
  const std::string own = make(kAnn, "{}"), hidden = make(kBob, "{}"),
                    shown = make(kBob, R"({"public":true})");
  const Json ids = {{"ids", {shown, "0123456789abcdef01234567", "nonsense", own, hidden, own}}};
  const Json found = client.as(kAnn).post("/v1/bulk/collection", ids.dump()).body;
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].at("id"), own);
  EXPECT_EQ(found[1].at("id"), shown);
  EXPECT_EQ(client.as(kNobody).post("/v1/bulk/collection", ids.dump()).body.size(), 3u);
}

TEST_F(CollectionsTest, BulkOfNothingIsEmpty) {
  ASSERT_EQ(client.post("/v1/collection", "{}").status, 200);
  for (const char* body : {R"({"ids":[]})", R"({"ids":null})", "{}", R"({"ids":["nonsense"]})"}) {
    const Answer answer = client.post("/v1/bulk/collection", body);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, Json::array());
  }
  expect_refusal(client.post("/v1/bulk/collection", ""), 400, 110);
  expect_refusal(client.post("/v1/bulk/collection", "[]"), 400, 110);
  const Json many = {{"ids", std::vector<std::string>(10001, "x")}};
  expect_refusal(client.post("/v1/bulk/collection", many.dump()), 400, 122);
}

}  // namespace
}  // namespace aesel::assets
