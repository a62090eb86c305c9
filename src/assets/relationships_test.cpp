// Relationships through their routes: which requests select which, what follows an asset, who sees and
// changes what, and a store that fails.
#include "assets/relationships.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "assets/relationship_api.hpp"
#include "catalog/test_client.hpp"
#include "storage/contract_tests/fault_store.hpp"
#include "storage/error.hpp"

namespace aesel::assets {
namespace {

using namespace catalog::testing;
using storage::testing::run;
using storage::testing::run_all;

/// Assets that are private, by key; every other key is that of a public one or of none.
class PrivateAssets final : public AssetVisibility {
 public:
  Task<Result<std::vector<bool>>> readable(std::optional<access::Principal> who,
                                           std::vector<std::string> keys) override {
    if (failure) co_return failure;
    std::vector<bool> answers;
    for (const std::string& key : keys) {
      const auto owner = owners.find(key);
      answers.push_back(owner == owners.end() || !who || who->username == owner->second);
    }
    co_return answers;
  }

  std::map<std::string, std::string> owners;
  error_code failure;
};

class RelationshipsTest : public ::testing::Test {
 protected:
  RelationshipsTest() { EXPECT_TRUE(relationships.open()); }

  static std::string body(const std::string& asset, const std::string& type, const std::string& related,
                          const std::string& sub = "") {
    return Json{{"assetId", asset},
                {"assetSubId", sub},
                {"relationshipType", type},
                {"relationshipSubtype", ""},
                {"relatedId", related}}
        .dump();
  }
  /// The id of a new one.
  std::string insert(const std::string& asset, const std::string& type, const std::string& related,
                     const std::string& sub = "") {
    const Answer answer = client.as(kNobody).put("/v1/relationship", body(asset, type, related, sub));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body.size(), 1u);
    return answer.body[0].at("id");
  }
  std::vector<std::string> ids(const Answer& answer) {
    EXPECT_EQ(answer.status, 200) << answer.body;
    std::vector<std::string> ids;
    for (const Json& one : answer.body) ids.push_back(one.at("id"));
    return ids;
  }
  std::vector<std::string> find(const std::string& query) {
    return ids(client.get("/v1/relationship" + query));
  }
  Json one(const std::string& id) {
    const auto document = run(memory->get("relationships", id));
    return document ? Json::parse(document->body) : Json();
  }
  std::vector<storage::Document> stored() { return contents(*memory, "relationships"); }
  void write(std::vector<storage::Write> writes) { EXPECT_TRUE(run(memory->write(std::move(writes)))); }

  std::unique_ptr<storage::DocumentStore> memory = storage::make_memory_document_store();
  storage::testing::FaultPlan plan;
  storage::testing::FaultDocumentStore store{*memory, plan};
  ManualClock clock;
  KeyGenerator keys;
  PrivateAssets assets;
  Relationships relationships{store, clock, keys, assets};
  TestClient client{relationship_routes(relationships)};
};

using Ids = std::vector<std::string>;

// ---- saving ----------------------------------------------------------------------------------------------

TEST_F(RelationshipsTest, SavingInsertsAndNeverDeduplicates) {
  const std::string request = R"({"id":"0123456789abcdef01234567","assetId":"a","assetSubId":null,
    "relationshipType":"scene","relatedId":"s","key":null})";
  const Answer first = client.put("/v1/relationship/", request);
  ASSERT_EQ(first.body.size(), 1u);
  EXPECT_NE(first.body[0].at("id"), "0123456789abcdef01234567");
  EXPECT_EQ(first.body[0], Json({{"id", first.body[0].at("id")},
                                 {"assetId", "a"},
                                 {"assetSubId", nullptr},
                                 {"relationshipType", "scene"},
                                 {"relationshipSubtype", nullptr},
                                 {"relatedId", "s"}}));
  const Answer second = client.put("/v1/relationship", request);
  EXPECT_NE(second.body[0].at("id"), first.body[0].at("id"));
  EXPECT_EQ(stored().size(), 2u);
}

TEST_F(RelationshipsTest, SavingOverwritesWhatTypeAndRelatedSelect) {
  const std::string x = insert("a", "scene", "s", "x"), y = insert("b", "scene", "s", "y");
  const std::string other_type = insert("a", "object", "s"), other_scene = insert("a", "scene", "t");
  const auto untouched = one(other_type);
  const Answer saved =
      client.put("/v1/relationship?type=scene&related=s", R"({"assetId":"n","relationshipType":"z"})");
  EXPECT_EQ(ids(saved), (Ids{x, y}));
  for (const std::string& id : {x, y}) {
    EXPECT_EQ(one(id), Json({{"assetId", "n"}, {"relationshipType", "z"}})) << "nulls overwrite";
  }
  EXPECT_EQ(saved.body[0].at("relatedId"), nullptr);
  EXPECT_EQ(one(other_type), untouched);
  EXPECT_EQ(one(other_scene).at("assetId"), "a");
  EXPECT_EQ(stored().size(), 4u);
}

TEST_F(RelationshipsTest, SavingOverwritesWhatTypeAndAssetSelect) {
  const std::string x = insert("a", "scene", "s"), y = insert("a", "scene", "t");
  insert("b", "scene", "s");
  EXPECT_EQ(ids(client.put("/v1/relationship?type=scene&asset=a", body("a", "scene", "u"))), (Ids{x, y}));
  EXPECT_EQ(one(x).at("relatedId"), "u");
  EXPECT_EQ(stored().size(), 3u);
}

TEST_F(RelationshipsTest, SavingWithAnyOtherSelectionInserts) {
  insert("a", "scene", "s");
  const char* queries[] = {"",
                           "?type=scene",
                           "?asset=a",
                           "?related=s",
                           "?asset=a&related=s",
                           "?type=scene&asset=a&related=s",
                           "?type=scene&related=none",
                           "?type=none&asset=a",
                           "?type=&asset=a",
                           "?type=scene&related=&asset="};
  std::size_t count = 1;
  for (const char* query : queries) {
    EXPECT_EQ(client.put(std::string("/v1/relationship") + query, body("n", "t", "r")).body.size(), 1u)
        << query;
    EXPECT_EQ(stored().size(), ++count) << query;
  }
}

TEST_F(RelationshipsTest, BadInputIsRefusedAndChangesNothing) {
  insert("a", "scene", "s");
  const auto before = stored();
  for (const char* text : {"", "{", "[]", "nonsense"}) {
    expect_refusal(client.put("/v1/relationship", text), 400, 110);
    expect_refusal(client.put("/v1/relationship?type=scene&related=s", text), 400, 110);
    expect_refusal(client.post("/v1/bulk/relationship", text), 400, 110);
  }
  expect_refusal(client.put("/v1/relationship", body(std::string(1025, 'x'), "t", "r")), 400, 122);
  expect_refusal(client.put("/v1/relationship?type=%FF&related=s", "{}"), 400, 110);
  for (const char* query : {"?type=scene&asset=a", "?type=scene&related=s", "?asset=a&related=s", "",
                            "?type=&asset=a&related=s"}) {
    expect_refusal(client.erase(std::string("/v1/relationship") + query), 400, 122);
  }
  for (const char* query :
       {"?num_records=0", "?num_records=x", "?page=-1", "?type=scene&num_records=0", "?asset=%FF"}) {
    EXPECT_EQ(client.get(std::string("/v1/relationship") + query).status, 400) << query;
  }
  EXPECT_EQ(stored(), before);
}

// ---- finding and deleting --------------------------------------------------------------------------------

TEST_F(RelationshipsTest, FiltersAreCombined) {
  const std::string x = insert("a", "scene", "s"), y = insert("a", "object", "s"),
                    z = insert("b", "scene", "s");
  EXPECT_EQ(find("?asset=a"), (Ids{x, y}));
  EXPECT_EQ(find("?type=scene"), (Ids{x, z}));
  EXPECT_EQ(find("?related=s"), (Ids{x, y, z}));
  EXPECT_EQ(find("?related=s&type=scene"), (Ids{x, z}));
  EXPECT_EQ(find("?asset=a&related=s"), (Ids{x, y}));
  EXPECT_EQ(find("?asset=a&related=s&type=object"), (Ids{y}));
  EXPECT_EQ(find("?asset=a&related=&type="), (Ids{x, y}));
  EXPECT_EQ(find("?asset=none"), Ids());
}

TEST_F(RelationshipsTest, FilteredAreAllAndUnfilteredAPage) {
  Ids all;
  for (int i = 0; i < 25; ++i) all.push_back(insert("a" + std::to_string(i), "scene", "s"));
  EXPECT_EQ(find("?related=s"), all);
  EXPECT_EQ(find("?related=s&num_records=4&page=1"), Ids(all.begin() + 4, all.begin() + 8));
  EXPECT_EQ(find("?related=s&page=2"), Ids(all.begin() + 20, all.end()));
  EXPECT_EQ(find(""), Ids(all.begin(), all.begin() + 10));
  EXPECT_EQ(find("?page=2"), Ids(all.begin() + 20, all.end()));
  EXPECT_EQ(find("?num_records=100"), all);
}

TEST_F(RelationshipsTest, BulkFindsByAssetsOrElseByRelated) {
  const std::string x = insert("a", "scene", "s"), y = insert("b", "scene", "s"),
                    z = insert("c", "scene", "t");
  const auto bulk = [&](const std::string& text) { return ids(client.post("/v1/bulk/relationship", text)); };
  EXPECT_EQ(bulk(R"({"assetIds":["a","c","none"],"relatedIds":[]})"), (Ids{x, z}));
  EXPECT_EQ(bulk(R"({"assetIds":["b"],"relatedIds":["t"]})"), (Ids{y}));
  EXPECT_EQ(bulk(R"({"relatedIds":["s"]})"), (Ids{x, y}));
  for (const char* text : {"{}", R"({"assetIds":[]})", R"({"assetIds":null,"relatedIds":null})"})
    EXPECT_EQ(bulk(text), Ids());
}

TEST_F(RelationshipsTest, DeletingNeedsAllThreeAndAnswersTheDeleted) {
  const std::string x = insert("a", "scene", "s", "1"), y = insert("a", "scene", "s", "2");
  const std::string kept = insert("a", "object", "s");
  const Answer gone = client.erase("/v1/relationship?type=scene&asset=a&related=s");
  EXPECT_EQ(ids(gone), (Ids{x, y}));
  EXPECT_EQ(gone.body[1].at("assetSubId"), "2");
  EXPECT_EQ(find("?asset=a"), Ids{kept});
  EXPECT_EQ(ids(client.erase("/v1/relationship?type=scene&asset=a&related=s")), Ids());
}

// ---- what follows an asset -------------------------------------------------------------------------------

TEST_F(RelationshipsTest, BothEndsFollowANewVersion) {
  const std::string x = insert("old", "scene", "s"), thumbnail = insert("t", "thumbnail", "old"),
                    self = insert("old", "copy", "old");
  const std::string other = insert("b", "scene", "s");
  const auto untouched = one(other);
  auto following = run(relationships.repoint(std::vector<std::string>{"old"}, "new"));
  ASSERT_TRUE(following);
  EXPECT_EQ(following->writes.size(), 3u);
  EXPECT_EQ(one(x).at("assetId"), "old") << "not before it is written";
  write(std::move(following->writes));
  EXPECT_EQ(one(x).at("assetId"), "new");
  EXPECT_EQ(one(x).at("relatedId"), "s");
  EXPECT_EQ(one(thumbnail).at("relatedId"), "new");
  EXPECT_EQ(one(thumbnail).at("assetId"), "t");
  EXPECT_EQ(one(self).at("assetId"), "new");
  EXPECT_EQ(one(self).at("relatedId"), "new");
  EXPECT_EQ(one(other), untouched);
  EXPECT_EQ(find("?asset=old"), Ids());
}

TEST_F(RelationshipsTest, SeveralOlderVersionsFollowAtOnce) {
  const std::string x = insert("v1", "scene", "s"), y = insert("v2", "scene", "s"),
                    z = insert("t", "thumbnail", "v1");
  const std::string other = insert("v3", "scene", "s");
  auto following = run(relationships.repoint(std::vector<std::string>{"v1", "v2"}, "v4"));
  ASSERT_TRUE(following);
  EXPECT_EQ(following->writes.size(), 3u);
  write(std::move(following->writes));
  EXPECT_EQ(find("?asset=v4"), (Ids{x, y}));
  EXPECT_EQ(one(z).at("relatedId"), "v4");
  EXPECT_EQ(one(other).at("assetId"), "v3");
}

TEST_F(RelationshipsTest, BothEndsGoWithADeletedAsset) {
  insert("gone", "scene", "s");
  insert("t", "thumbnail", "gone");
  const std::string kept = insert("b", "scene", "s");
  auto following = run(relationships.erase_of("gone"));
  ASSERT_TRUE(following);
  EXPECT_EQ(stored().size(), 3u);
  write(std::move(following->writes));
  EXPECT_EQ(find(""), Ids{kept});
}

TEST_F(RelationshipsTest, AssetWithoutRelationshipsHasNothingThatFollows) {
  insert("a", "scene", "s");
  EXPECT_TRUE(run(relationships.repoint(std::vector<std::string>{"x"}, "y"))->writes.empty());
  EXPECT_TRUE(run(relationships.erase_of("x"))->writes.empty());
}

TEST_F(RelationshipsTest, NewAssetsRelationshipIsAWriteOfItsOwn) {
  Relationship relationship{{}, "a", std::nullopt, "thumbnail", std::nullopt, "p"};
  std::vector<storage::Write> writes;
  writes.push_back(relationships.insertion(relationship));
  EXPECT_TRUE(stored().empty());
  write(std::move(writes));
  EXPECT_EQ(find("?type=thumbnail&related=p").size(), 1u);
}

TEST_F(RelationshipsTest, ChangeInBetweenWaitsForWhatFollows) {
  const std::string id = insert("old", "scene", "s");
  const auto new_version = [&]() -> Task<Answer> {
    std::vector<std::string> from(1, "old");
    auto following = co_await relationships.repoint(std::move(from), "new");
    const auto executor = co_await boost::asio::this_coro::executor;
    for (int i = 0; i < 20; ++i) co_await boost::asio::post(executor, boost::asio::use_awaitable);
    const auto written = co_await memory->write(std::move(following->writes));
    EXPECT_TRUE(written);
    co_return Answer{200, Json::array()};
  };
  std::vector<Task<Answer>> tasks;
  tasks.push_back(new_version());
  tasks.push_back(client.start(http::Method::kPut, "/v1/relationship?type=scene&related=s",
                               body("old", "scene", "s", "sub"), kNobody));
  const auto answers = run_all(std::move(tasks));
  EXPECT_EQ(ids(answers[1]), Ids{id});
  EXPECT_EQ(one(id).at("assetSubId"), "sub") << "the later change, on top of the earlier one";
}

TEST_F(RelationshipsTest, ChangeOfWhatNoLongerMatchesIsNone) {
  const std::string id = insert("old", "scene", "s");
  const auto new_version = [&]() -> Task<Answer> {
    std::vector<std::string> from(1, "old");
    auto following = co_await relationships.repoint(std::move(from), "new");
    const auto executor = co_await boost::asio::this_coro::executor;
    for (int i = 0; i < 20; ++i) co_await boost::asio::post(executor, boost::asio::use_awaitable);
    const auto written = co_await memory->write(std::move(following->writes));
    EXPECT_TRUE(written);
    co_return Answer{200, Json::array()};
  };
  std::vector<Task<Answer>> tasks;
  tasks.push_back(new_version());
  tasks.push_back(
      client.start(http::Method::kDelete, "/v1/relationship?type=scene&related=s&asset=old", "", kNobody));
  EXPECT_EQ(ids(run_all(std::move(tasks))[1]), Ids());
  EXPECT_EQ(one(id).at("assetId"), "new");
}

// ---- who may ---------------------------------------------------------------------------------------------

class RelationshipsAccess : public RelationshipsTest {
 protected:
  RelationshipsAccess() {
    assets.owners = {{"anns", "ann"}};
    hidden = insert("anns", "scene", "s");
    shown = insert("public", "scene", "s");
  }
  std::string hidden, shown;
};

TEST_F(RelationshipsAccess, OfAPrivateAssetAreSeenByItsOwnerOnly) {
  const char* queries[] = {"", "?type=scene", "?related=s", "?related=s&type=scene", "?num_records=5"};
  for (const char* query : queries) {
    for (const auto& who : {kNobody, kAnn}) {
      client.as(who);
      EXPECT_EQ(find(query), (Ids{hidden, shown})) << query;
    }
    for (const auto& who : {kBob, kRoot}) {
      client.as(who);
      EXPECT_EQ(find(query), Ids{shown}) << query;
    }
  }
  client.as(kBob);
  EXPECT_EQ(find("?asset=anns"), Ids());
  EXPECT_EQ(ids(client.post("/v1/bulk/relationship", R"({"assetIds":["anns","public"]})")), Ids{shown});
  EXPECT_EQ(ids(client.post("/v1/bulk/relationship", R"({"relatedIds":["s"]})")), Ids{shown});
  client.as(kAnn);
  EXPECT_EQ(ids(client.post("/v1/bulk/relationship", R"({"assetIds":["anns","public"]})")),
            (Ids{hidden, shown}));
}

TEST_F(RelationshipsAccess, OfAPrivateAssetAreChangedByItsOwnerOnly) {
  const auto before = one(hidden);
  for (const auto& who : {kBob, kRoot}) {
    client.as(who);
    EXPECT_EQ(ids(client.put("/v1/relationship?type=scene&related=s", body("public", "scene", "s", "x"))),
              Ids{shown});
    EXPECT_EQ(
        client.put("/v1/relationship?type=scene&asset=anns", body("public", "scene", "mine")).body.size(),
        1u);
    EXPECT_EQ(one(hidden), before) << "selecting what he cannot see inserts another";
  }
  client.as(kAnn);
  EXPECT_EQ(client.put("/v1/relationship?type=scene&asset=anns", body("anns", "scene", "t")).body[0].at("id"),
            hidden);
  EXPECT_EQ(one(hidden).at("relatedId"), "t");
}

TEST_F(RelationshipsAccess, OfAPrivateAssetAreDeletedByItsOwnerOnly) {
  for (const auto& who : {kBob, kRoot}) {
    EXPECT_EQ(ids(client.as(who).erase("/v1/relationship?type=scene&asset=anns&related=s")), Ids());
  }
  EXPECT_EQ(stored().size(), 2u);
  EXPECT_EQ(ids(client.as(kAnn).erase("/v1/relationship?type=scene&asset=anns&related=s")), Ids{hidden});
  EXPECT_EQ(ids(client.as(kBob).erase("/v1/relationship?type=scene&asset=public&related=s")), Ids{shown});
}

TEST_F(RelationshipsAccess, CannotBeMadeToAPrivateAssetOfOthers) {
  const auto before = stored();
  for (const auto& who : {kBob, kRoot}) {
    client.as(who);
    expect_refusal(client.put("/v1/relationship", body("anns", "scene", "x")), 404, 102);
    expect_refusal(client.put("/v1/relationship?type=scene&related=s", body("anns", "scene", "s")), 404, 102);
  }
  EXPECT_EQ(stored(), before);
  EXPECT_EQ(client.as(kAnn).put("/v1/relationship", body("anns", "scene", "x")).status, 200);
}

TEST_F(RelationshipsAccess, OfNoAssetAreEverybodys) {
  const std::string dangling = insert("no such asset", "scene", "t");
  client.as(kBob);
  EXPECT_EQ(find("?related=t"), Ids{dangling});
  EXPECT_EQ(ids(client.erase("/v1/relationship?type=scene&asset=no%20such%20asset&related=t")),
            Ids{dangling});
}

TEST_F(RelationshipsAccess, PagesCountWhatIsVisible) {
  std::vector<storage::Write> writes;
  Ids visible{shown};
  for (int i = 0; i < 2500; ++i) {
    const bool is_private = i % 3 != 0;
    writes.push_back(relationships.insertion({{}, is_private ? "anns" : "public", "", "scene", "", "s"}));
    if (!is_private) visible.push_back(writes.back().document.key);
  }
  write(std::move(writes));
  client.as(kBob);
  EXPECT_EQ(find("?related=s"), visible);
  EXPECT_EQ(find("?num_records=400&page=1"), Ids(visible.begin() + 400, visible.begin() + 800));
  EXPECT_EQ(find("?num_records=400&page=2"), Ids(visible.begin() + 800, visible.end()));
  EXPECT_EQ(find("?num_records=400&page=3"), Ids());
}

TEST_F(RelationshipsAccess, AnswerThatCannotBeKnownIsNone) {
  assets.failure = make_error_code(storage::Errc::kUnavailable);
  const auto before = stored();
  client.as(kBob);
  expect_refusal(client.get("/v1/relationship"), 503, 120);
  expect_refusal(client.put("/v1/relationship", body("a", "scene", "x")), 503, 120);
  expect_refusal(client.erase("/v1/relationship?type=scene&asset=public&related=s"), 503, 120);
  expect_refusal(client.post("/v1/bulk/relationship", R"({"assetIds":["public"]})"), 503, 120);
  EXPECT_EQ(stored(), before);
}

// ---- a store that fails ----------------------------------------------------------------------------------

TEST_F(RelationshipsTest, StoreThatFailsIs503AndNothingChanged) {
  insert("a", "scene", "s");
  const auto before = stored();
  const std::function<Answer()> changes[] = {
      [&] { return client.put("/v1/relationship", body("a", "scene", "s")); },
      [&] { return client.put("/v1/relationship?type=scene&related=s", body("b", "scene", "s")); },
      [&] { return client.erase("/v1/relationship?type=scene&asset=a&related=s"); },
      [&] { return client.get("/v1/relationship"); },
      [&] { return client.post("/v1/bulk/relationship", R"({"assetIds":["a"]})"); }};
  const std::uint64_t calls[] = {1, 3, 3, 1, 1};  // of the store: find, find again under the lock, write
  for (std::size_t i = 0; i < std::size(changes); ++i) {
    for (std::uint64_t n = 1; n <= calls[i]; ++n) {
      plan.fail_nth(n, storage::Errc::kFull);
      expect_refusal(changes[i](), 503, 120);
      EXPECT_EQ(stored(), before);
    }
  }
  for (std::uint64_t n = 1; n <= 3; ++n) {
    plan.fail_nth(n, storage::Errc::kUnavailable);
    EXPECT_EQ(run(relationships.repoint(std::vector<std::string>{"a"}, "b")).error(),
              storage::Errc::kUnavailable);
    plan.fail_nth(n, storage::Errc::kUnavailable);
    EXPECT_EQ(run(relationships.erase_of("a")).error(), storage::Errc::kUnavailable);
  }
  plan.fail_none();
  EXPECT_EQ(stored(), before);
  EXPECT_EQ(client.erase("/v1/relationship?type=scene&asset=a&related=s").body.size(), 1u)
      << "no lock was left behind";
}

}  // namespace
}  // namespace aesel::assets
