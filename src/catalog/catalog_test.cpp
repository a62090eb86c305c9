// What a catalog does with its entries, through the routes: who sees and changes what, cell by cell; partial
// updates; lists; a store that fails.
#include "catalog/catalog.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "catalog/catalog_api.hpp"
#include "catalog/entry_record.hpp"
#include "catalog/test_client.hpp"
#include "storage/contract_tests/fault_store.hpp"
#include "storage/error.hpp"

namespace aesel::catalog {
namespace {

using namespace testing;

constexpr const char* kAbsent = "0123456789abcdef01234567";

Outcome<json::Value> additions(const json::Value& body) {
  if (json::find(body, "bad") != nullptr) return Refusal::over_limit("bad");
  json::Value more = {{"extra", json::text_or_empty(body, "extra")}};
  return Outcome<json::Value>(boost::system::in_place_value, std::move(more));
}

class CatalogTest : public ::testing::Test {
 protected:
  CatalogTest() { EXPECT_TRUE(catalog.open()); }

  std::string make(const Who& who, const std::string& body) {
    const Answer answer = client.as(who).post("/v1/thing", body);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.body.value("id", "");
  }
  std::string path(const std::string& id) { return "/v1/thing/" + id; }
  std::vector<std::string> names(const Who& who, const std::string& query) {
    const Answer answer = client.as(who).get("/v1/thing" + query);
    EXPECT_EQ(answer.status, 200) << answer.body;
    std::vector<std::string> names;
    for (const Json& entry : answer.body) names.push_back(entry.at("name"));
    return names;
  }
  std::vector<storage::Document> stored() { return contents(*memory, "things"); }

  std::unique_ptr<storage::DocumentStore> memory = storage::make_memory_document_store();
  storage::testing::FaultPlan plan;
  storage::testing::FaultDocumentStore store{*memory, plan};
  ManualClock clock;
  KeyGenerator keys;
  Catalog catalog{store, clock, keys, Kind{"thing", "things", additions}};
  TestClient client{entry_routes(catalog, "/v1/thing")};
};

using Names = std::vector<std::string>;

TEST_F(CatalogTest, CreateGivesAnIdAndTheOwner) {
  const Answer made =
      client.as(kAnn).post("/v1/thing/", R"({"id":"0123456789abcdef01234567","key":null,"user":"eve",
    "name":"n","description":"d","category":"c","thumbnail":"t","tags":["a","a"],"extra":"e"})");
  ASSERT_EQ(made.status, 200);
  EXPECT_NE(made.body.at("id"), kAbsent);
  const Json expected = {{"id", made.body.at("id")},
                         {"name", "n"},
                         {"description", "d"},
                         {"category", "c"},
                         {"thumbnail", "t"},
                         {"user", "ann"},
                         {"isPublic", false},
                         {"public", false},
                         {"tags", {"a"}},
                         {"extra", "e"}};
  EXPECT_EQ(made.body, expected);
  EXPECT_EQ(client.get(path(made.body.at("id"))).body, expected);
  EXPECT_EQ(client.as(kNobody).post("/v1/thing", "{}").body.at("user"), "");
}

TEST_F(CatalogTest, BadBodiesAreRefusedAndChangeNothing) {
  const std::string id = make(kAnn, R"({"name":"n"})");
  const auto before = stored();
  for (const char* body : {"", "{", "[]", "5", "nonsense"}) {
    expect_refusal(client.post("/v1/thing", body), 400, 110);
    expect_refusal(client.post(path(id), body), 400, 110);
  }
  const std::string long_name = Json{{"name", std::string(1025, 'x')}}.dump();
  expect_refusal(client.post("/v1/thing", long_name), 400, 122);
  expect_refusal(client.post(path(id), long_name), 400, 122);
  expect_refusal(client.post("/v1/thing", R"({"bad":1})"), 400, 122);
  expect_refusal(client.put(path(id) + "/tags/" + std::string(1025, 'x')), 400, 122);
  expect_refusal(client.put(path(id) + "/tags/%FF"), 400, 122);
  EXPECT_EQ(stored(), before);
}

TEST_F(CatalogTest, UpdateSetsWhatIsGiven) {
  const std::string id =
      make(kAnn, R"({"name":"n","description":"d","category":"c","tags":["a","b"],"extra":"e"})");
  const Answer answer =
      client.post(path(id), R"({"category":"x","thumbnail":"t","extra":"no","user":"eve"})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.at("name"), "n");
  EXPECT_EQ(answer.body.at("category"), "x");
  EXPECT_EQ(answer.body.at("thumbnail"), "t");
  EXPECT_EQ(answer.body.at("extra"), "e");
  EXPECT_EQ(answer.body.at("user"), "ann");
  EXPECT_EQ(answer.body.at("tags"), Json({"a", "b"}));
  EXPECT_EQ(client.get(path(id)).body, answer.body);
  EXPECT_EQ(client.post(path(id), R"({"tags":["z","z"]})").body.at("tags"), Json({"z"}));
}

TEST_F(CatalogTest, UpdateWithNothingGivenIsASuccessWithoutAWrite) {
  const std::string id = make(kAnn, R"({"name":"n","description":"d","tags":["t"],"isPublic":true})");
  const Json before = client.get(path(id)).body;
  for (const char* body :
       {"{}", R"({"key":null,"name":null,"description":"","category":"","thumbnail":null,"tags":[],
         "isPublic":null,"public":null,"start_record":null,"error_code":null,"email":"x"})"}) {
    const std::uint64_t calls = plan.calls();
    const Answer answer = client.post(path(id), body);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, before);
    EXPECT_EQ(plan.calls(), calls + 1) << "read, not written";
  }
}

TEST_F(CatalogTest, TagsAreASet) {
  const std::string id = make(kAnn, R"({"tags":["a"]})");
  EXPECT_EQ(client.put(path(id) + "/tags/b%20%2F%20c").body.at("tags"), Json({"a", "b / c"}));
  EXPECT_EQ(client.put(path(id) + "/tags/a").body.at("tags"), Json({"a", "b / c"}));
  EXPECT_EQ(client.erase(path(id) + "/tags/a").body.at("tags"), Json({"b / c"}));
  const Answer again = client.erase(path(id) + "/tags/a");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body.at("tags"), Json({"b / c"}));
}

TEST_F(CatalogTest, DeleteAnswersTheIdAsJson) {
  const std::string id = make(kAnn, "{}");
  const Answer gone = client.erase(path(id));
  EXPECT_EQ(gone.status, 200);
  EXPECT_EQ(gone.body, Json({{"id", id}}));
  EXPECT_TRUE(stored().empty());
  EXPECT_EQ(client.erase(path(id)).body, Json({{"id", id}}));
  expect_refusal(client.get(path(id)), 404, 102);
}

TEST_F(CatalogTest, WhatIsNotThereIs404ButCanBeDeleted) {
  for (const std::string id : {kAbsent, "nonsense", "%2e%2e", "0123456789abcdef0123456"}) {
    expect_refusal(client.get(path(id)), 404, 102);
    expect_refusal(client.post(path(id), R"({"name":"x"})"), 404, 102);
    expect_refusal(client.put(path(id) + "/tags/t"), 404, 102);
    expect_refusal(client.erase(path(id) + "/tags/t"), 404, 102);
  }
  EXPECT_EQ(client.erase(path(kAbsent)).status, 200);
  expect_refusal(client.erase(path("nonsense")), 404, 102);
  EXPECT_TRUE(stored().empty());
}

TEST_F(CatalogTest, ListFiltersAndPagesInOrderOfCreation) {
  for (int i = 0; i < 12; ++i) {
    const Json body = {{"name", "n" + std::to_string(i)},
                       {"category", i < 6 ? "low" : "high"},
                       {"tags", {i % 2 == 0 ? "even" : "odd", i % 3 == 0 ? "three" : "other"}}};
    make(kNobody, body.dump());
  }
  EXPECT_EQ(names(kNobody, "").size(), 10u);
  EXPECT_EQ(names(kNobody, "?page=1"), (Names{"n10", "n11"}));
  EXPECT_EQ(names(kNobody, "?page=2"), Names());
  EXPECT_EQ(names(kNobody, "?num_records=3&page=1"), (Names{"n3", "n4", "n5"}));
  EXPECT_EQ(names(kNobody, "?name=n7"), Names{"n7"});
  EXPECT_EQ(names(kNobody, "?name=N7"), Names());
  EXPECT_EQ(names(kNobody, "?name=&category=low&tag=odd"), (Names{"n1", "n3", "n5"}));
  EXPECT_EQ(names(kNobody, "?name=n3&category=high"), Names());
  EXPECT_EQ(names(kNobody, "?tags=even&tags=three&description=ignored"), (Names{"n0", "n6"}));
  EXPECT_EQ(names(kNobody, "?tag=even&tags=three&num_records=1&page=1"), Names{"n6"});
  for (const char* query :
       {"?num_records=0", "?num_records=x", "?page=-1", "?num_records=10001", "?name=%FF"}) {
    EXPECT_EQ(client.get(std::string("/v1/thing") + query).status, 400) << query;
  }
  std::string tags = "?tag=t";
  for (int i = 0; i < 32; ++i) tags += "&tag=t";
  expect_refusal(client.get("/v1/thing" + tags), 400, 122);
}

TEST_F(CatalogTest, ListPagesOverWhatIsVisible) {
  for (int i = 0; i < 640; ++i) {
    const bool is_public = i % 2 == 0;
    make(kBob, Json{{"name", std::to_string(i)}, {"isPublic", is_public}}.dump());
  }
  make(kAnn, R"({"name":"own"})");
  EXPECT_EQ(names(kAnn, "?num_records=2&page=1"), (Names{"4", "6"}));
  const Names all = names(kAnn, "?num_records=1000");
  EXPECT_EQ(all.size(), 321u);
  EXPECT_EQ(all.back(), "own");
  EXPECT_EQ(names(kAnn, "?num_records=300&page=1"), Names(all.begin() + 300, all.end()));
  EXPECT_EQ(names(kNobody, "?num_records=1000").size(), 641u);
}

TEST_F(CatalogTest, ListThatIsTooLargeIsRefused) {
  Kind kind = catalog.kind();
  kind.list_bytes_max = 10'000;
  Catalog small(store, clock, keys, kind);
  const std::string body = Json{{"extra", std::string(900, 'x')}}.dump();
  for (int i = 0; i < 150; ++i) make(kNobody, body);
  TestClient limited(entry_routes(small, "/v1/thing"));
  expect_refusal(limited.get("/v1/thing?num_records=200"), 400, 122);
  expect_refusal(limited.get("/v1/thing?num_records=11"), 400, 122);
  EXPECT_EQ(limited.get("/v1/thing").body.size(), 10u);
  EXPECT_EQ(client.get("/v1/thing?num_records=200").body.size(), 150u);
}

TEST_F(CatalogTest, BulkFindsAnyNumber) {
  std::vector<EntryId> ids;
  for (int i = 0; i < 450; ++i) ids.push_back(*EntryId::parse(make(i % 2 == 0 ? kAnn : kBob, "{}")));
  const auto found = [&](const Who& who) {
    std::vector<EntryId> there;
    for (const Entry& entry : *storage::testing::run(catalog.bulk(who, ids))) there.push_back(entry.id);
    return there;
  };
  EXPECT_EQ(found(kNobody), ids);
  EXPECT_EQ(found(kAnn).size(), 225u);
  std::ranges::reverse(ids);
  EXPECT_EQ(found(kBob).size(), 225u);
}

TEST_F(CatalogTest, EntryThatWouldBeTooLargeIsRefused) {
  const std::string id = make(kNobody, "{}");
  const EntryId entry = *EntryId::parse(id);
  Catalog::Edit edit = [](Entry& changed) -> std::optional<Refusal> {
    changed.more["extra"] = std::string(kEntryBytesMax, 'x');
    return std::nullopt;
  };
  const auto changed = storage::testing::run(catalog.change(kNobody, entry, std::move(edit)));
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, 122);
  EXPECT_EQ(client.get(path(id)).body.at("extra"), "");
}

// ---- who may do what, cell by cell -----------------------------------------------------------------------

enum class Deed { kGet, kList, kBulk, kEdit, kTag, kUntag, kPublish, kHide, kDelete };
constexpr Deed kDeeds[] = {Deed::kGet,   Deed::kList,    Deed::kBulk, Deed::kEdit,  Deed::kTag,
                           Deed::kUntag, Deed::kPublish, Deed::kHide, Deed::kDelete};

/// What comes of it: 's' it is seen or done, 'm' as if it were missing, 'f' forbidden.
class CatalogAccess : public CatalogTest {
 protected:
  char attempt(const Who& who, Deed deed, const std::string& id) {
    client.as(who);
    switch (deed) {
      case Deed::kGet:
        return verdict(client.get(path(id)));
      case Deed::kList:
        return names(who, "").empty() ? 'm' : 's';
      case Deed::kBulk:
        return storage::testing::run(catalog.bulk(who, {*EntryId::parse(id)}))->empty() ? 'm' : 's';
      case Deed::kEdit:
        return verdict(client.post(path(id), R"({"name":"changed"})"));
      case Deed::kTag:
        return verdict(client.put(path(id) + "/tags/changed"));
      case Deed::kUntag:
        return verdict(client.erase(path(id) + "/tags/t"));
      case Deed::kPublish:
        return verdict(client.post(path(id), R"({"public":true})"));
      case Deed::kHide:
        return verdict(client.post(path(id), R"({"isPublic":false})"));
      case Deed::kDelete:
        return deletion(client.erase(path(id)));
    }
    return '?';
  }

  static char verdict(const Answer& answer) {
    if (answer.status == 404) return 'm';
    if (answer.status == 403) return 'f';
    return answer.status == 200 ? 's' : '?';
  }
  char deletion(const Answer& answer) {
    if (answer.status == 403) return 'f';
    EXPECT_EQ(answer.status, 200);
    return stored().empty() ? 's' : 'm';
  }

  /// The row of one principal: each deed is tried on a fresh entry.
  std::string row(const Who& owner, const std::string& body, const Who& who) {
    std::string cells;
    for (const Deed deed : kDeeds) {
      const std::string id = make(owner, body);
      const auto before = stored();
      const char cell = attempt(who, deed, id);
      if (cell != 's') {
        EXPECT_EQ(stored(), before);
      }
      cells += cell;
      client.as(kNobody).erase(path(id));
      EXPECT_TRUE(stored().empty());
    }
    return cells;
  }
};

// Columns:                            get list bulk edit tag untag publish hide delete
TEST_F(CatalogAccess, PrivateEntryIsItsOwners) {
  const std::string body = R"({"name":"n","tags":["t"]})";
  EXPECT_EQ(row(kAnn, body, kNobody), "sssssssss");
  EXPECT_EQ(row(kAnn, body, kAnn), "sssssssss");
  EXPECT_EQ(row(kAnn, body, kBob), "mmmmmmmmm");
  EXPECT_EQ(row(kAnn, body, kRoot), "mmmmmmsms");
}

TEST_F(CatalogAccess, PublicEntryIsEditedByAll) {
  const std::string body = R"({"name":"n","tags":["t"],"isPublic":true})";
  EXPECT_EQ(row(kAnn, body, kNobody), "sssssssss");
  EXPECT_EQ(row(kAnn, body, kAnn), "sssssssss");
  EXPECT_EQ(row(kAnn, body, kBob), "sssssssff");
  EXPECT_EQ(row(kAnn, body, kRoot), "sssssssss");
}

TEST_F(CatalogAccess, EntryOfNobodyIsPublic) {
  const std::string body = R"({"name":"n","tags":["t"]})";
  EXPECT_EQ(row(kNobody, body, kNobody), "sssssssss");
  EXPECT_EQ(row(kNobody, body, kBob), "ssssssfsf") << "hiding what is not marked public changes nothing";
  EXPECT_EQ(row(kNobody, body, kRoot), "sssssssss");
}

TEST_F(CatalogAccess, RefusedUpdateChangesNothingElse) {
  const std::string id = make(kAnn, R"({"name":"n","isPublic":true})");
  expect_refusal(client.as(kBob).post(path(id), R"({"name":"x","isPublic":false})"), 403, 120);
  EXPECT_EQ(client.get(path(id)).body.at("name"), "n");
  EXPECT_EQ(client.post(path(id), R"({"name":"x","isPublic":true})").body.at("name"), "x");
}

TEST_F(CatalogAccess, HidingShowsInListsAtOnce) {
  const std::string id = make(kAnn, R"({"name":"n","public":true})");
  EXPECT_EQ(names(kBob, ""), Names{"n"});
  EXPECT_EQ(client.as(kAnn).post(path(id), R"({"public":false})").body.at("isPublic"), false);
  EXPECT_EQ(names(kBob, ""), Names());
  EXPECT_EQ(names(kAnn, ""), Names{"n"});
}

TEST_F(CatalogAccess, UserCalledPublicIsNotThePublic) {
  const Who tricky = access::Principal{"public", access::Standing::kUser};
  make(tricky, R"({"name":"n"})");
  EXPECT_EQ(names(kBob, ""), Names());
  EXPECT_EQ(names(tricky, ""), Names{"n"});
}

TEST_F(CatalogAccess, PrincipalThatIsNoTextIsRefused) {
  const std::string id = make(kAnn, "{}");
  for (const std::string& name : {std::string("\xFF"), std::string(1025, 'x')}) {
    client.as(access::Principal{name, access::Standing::kAdmin});
    expect_refusal(client.post("/v1/thing", "{}"), 400, 110);
    expect_refusal(client.get("/v1/thing"), 400, 110);
    expect_refusal(client.get(path(id)), 400, 110);
    expect_refusal(client.erase(path(id)), 400, 110);
  }
}

TEST_F(CatalogAccess, RenamedOwnerKeepsHisEntries) {
  make(kAnn, R"({"name":"hidden"})");
  make(kAnn, R"({"name":"shown","isPublic":true})");
  make(kBob, R"({"name":"bobs"})");
  EXPECT_EQ(*storage::testing::run(catalog.rename_owner({"ann", "eve"})), 2u);
  const Who eve = access::Principal{"eve", access::Standing::kUser};
  EXPECT_EQ(names(eve, ""), (Names{"hidden", "shown"}));
  EXPECT_EQ(names(kAnn, ""), Names{"shown"});
  EXPECT_EQ(names(kBob, ""), (Names{"shown", "bobs"}));
}

// ---- a store that fails ----------------------------------------------------------------------------------

class CatalogFailure : public CatalogTest {
 protected:
  std::map<std::string, Answer> attempt_all(const std::string& id) {
    client.as(kAnn);
    return {{"create", client.post("/v1/thing", R"({"name":"x"})")},
            {"list", client.get("/v1/thing")},
            {"get", client.get(path(id))},
            {"update", client.post(path(id), R"({"name":"x"})")},
            {"tag", client.put(path(id) + "/tags/x")},
            {"untag", client.erase(path(id) + "/tags/t")},
            {"delete", client.erase(path(id))}};
  }
};

TEST_F(CatalogFailure, Is503AndNothingChanged) {
  const std::string id = make(kAnn, R"({"name":"n","tags":["t"]})");
  const auto before = stored();
  for (const storage::Errc code : {storage::Errc::kUnavailable, storage::Errc::kFull}) {
    plan.fail_all(code);
    for (const auto& [what, answer] : attempt_all(id)) {
      SCOPED_TRACE(what);
      expect_refusal(answer, 503, 120);
    }
  }
  plan.fail_all(storage::Errc::kCorrupt);
  for (const auto& [what, answer] : attempt_all(id)) expect_refusal(answer, 500, 120);
  plan.fail_none();
  EXPECT_EQ(stored(), before);
}

TEST_F(CatalogFailure, BetweenReadingAndWritingIs503AndNothingChanged) {
  const std::string id = make(kAnn, R"({"name":"n","tags":["t"]})");
  const auto before = stored();
  const std::function<Answer()> changes[] = {[&] { return client.post(path(id), R"({"name":"x"})"); },
                                             [&] { return client.put(path(id) + "/tags/x"); },
                                             [&] { return client.erase(path(id) + "/tags/t"); },
                                             [&] { return client.erase(path(id)); }};
  for (const auto& change : changes) {
    plan.fail_nth(2, storage::Errc::kFull);
    expect_refusal(change(), 503, 120);
    EXPECT_EQ(stored(), before);
  }
  EXPECT_EQ(client.put(path(id) + "/tags/x").status, 200) << "no lock was left behind";
}

TEST_F(CatalogFailure, StoredNonsenseIsSaid) {
  std::vector<storage::Write> writes;
  writes.push_back({storage::Write::Kind::kPut, "things", {"not an id", R"({"name":"n"})", ""}});
  ASSERT_TRUE(storage::testing::run(memory->write(std::move(writes))));
  expect_refusal(client.get("/v1/thing"), 500, 120);
}

// ---- changes at the same time ----------------------------------------------------------------------------

TEST(CatalogConcurrency, ChangesOfOneEntryAllSurvive) {
  const auto memory = storage::make_memory_document_store();
  DawdlingStore slow(*memory);
  ManualClock clock;
  KeyGenerator keys;
  Catalog catalog(slow, clock, keys, Kind{"thing", "things", additions});
  ASSERT_TRUE(catalog.open());
  TestClient client(entry_routes(catalog, "/v1/thing"));
  const std::string id = client.post("/v1/thing", "{}").body.at("id");
  std::vector<Task<Answer>> tasks;
  for (int i = 0; i < 20; ++i) {
    tasks.push_back(
        client.start(http::Method::kPut, "/v1/thing/" + id + "/tags/t" + std::to_string(i), "", kNobody));
  }
  tasks.push_back(client.start(http::Method::kPost, "/v1/thing/" + id, R"({"name":"n"})", kNobody));
  for (const Answer& answer : storage::testing::run_all(std::move(tasks))) EXPECT_EQ(answer.status, 200);
  const Json body = client.get("/v1/thing/" + id).body;
  EXPECT_EQ(body.at("tags").size(), 20u);
  EXPECT_EQ(body.at("name"), "n");
}

TEST(CatalogConcurrency, DeletedEntryDoesNotComeBack) {
  const auto memory = storage::make_memory_document_store();
  DawdlingStore slow(*memory);
  ManualClock clock;
  KeyGenerator keys;
  Catalog catalog(slow, clock, keys, Kind{"thing", "things", additions});
  ASSERT_TRUE(catalog.open());
  TestClient client(entry_routes(catalog, "/v1/thing"));
  const std::string id = client.post("/v1/thing", "{}").body.at("id");
  std::vector<Task<Answer>> tasks;
  tasks.push_back(client.start(http::Method::kDelete, "/v1/thing/" + id, "", kNobody));
  tasks.push_back(client.start(http::Method::kPut, "/v1/thing/" + id + "/tags/t", "", kNobody));
  const auto answers = storage::testing::run_all(std::move(tasks));
  EXPECT_EQ(answers[0].status, 200);
  EXPECT_EQ(answers[1].status, 404);
  EXPECT_TRUE(contents(*memory, "things").empty());
}

}  // namespace
}  // namespace aesel::catalog
