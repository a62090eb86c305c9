// Everything that a user owns follows a new name, in every collection, and in the words that are searched.
#include "catalog/owner_change.hpp"

#include <gtest/gtest.h>

#include "catalog/catalog_api.hpp"
#include "catalog/test_client.hpp"
#include "storage/contract_tests/fault_store.hpp"
#include "storage/error.hpp"

namespace aesel::catalog {
namespace {

using namespace testing;
using storage::testing::run;
using storage::testing::run_all;

storage::Write put(const std::string& key, const std::string& body) {
  return {storage::Write::Kind::kPut, "things", {key, body, ""}};
}

class OwnerChange : public ::testing::Test {
 protected:
  OwnerChange() { EXPECT_TRUE(store->open_collection({"things", {"user"}})); }

  void put_things(int count) {
    std::vector<storage::Write> writes;
    for (int i = 0; i < count; ++i) {
      writes.push_back(
          put("k" + std::to_string(i), R"({"user":"ann","isPublic":false,"audience":"user:ann","n":1})"));
    }
    EXPECT_TRUE(run(store->write(std::move(writes))));
  }
  std::string body(const std::string& key) { return run(store->get("things", key))->body; }
  std::size_t owned_by(const std::string& user) {
    storage::Query query;
    query.equals.emplace_back("user", user);
    return run(store->find("things", query))->size();
  }

  std::unique_ptr<storage::DocumentStore> store = storage::make_memory_document_store();
  net::NameLocks locks;
};

TEST_F(OwnerChange, RewritesOwnerAndAudienceAndNothingElse) {
  std::vector<storage::Write> writes;
  writes.push_back(put("a", R"({"audience":"user:ann","isPublic":false,"more":[1,"x"],"user":"ann"})"));
  writes.push_back(put("b", R"({"audience":"public","isPublic":true,"user":"ann"})"));
  writes.push_back(put("c", R"({"audience":"user:bob","isPublic":false,"user":"bob"})"));
  ASSERT_TRUE(run(store->write(std::move(writes))));
  EXPECT_EQ(*run(change_owner(*store, locks, "things", {"ann", "eve"})), 2u);
  EXPECT_EQ(body("a"), R"({"audience":"user:eve","isPublic":false,"more":[1,"x"],"user":"eve"})");
  EXPECT_EQ(body("b"), R"({"audience":"public","isPublic":true,"user":"eve"})");
  EXPECT_EQ(body("c"), R"({"audience":"user:bob","isPublic":false,"user":"bob"})");
  EXPECT_TRUE(locks.empty());
}

TEST_F(OwnerChange, TakesManyInSteps) {
  put_things(450);
  EXPECT_EQ(*run(change_owner(*store, locks, "things", {"ann", "eve"})), 450u);
  EXPECT_EQ(owned_by("eve"), 450u);
}

TEST_F(OwnerChange, OfNobodyOrToTheSameNameIsNothing) {
  put_things(1);
  EXPECT_EQ(*run(change_owner(*store, locks, "things", {"bob", "eve"})), 0u);
  EXPECT_EQ(*run(change_owner(*store, locks, "things", {"ann", "ann"})), 0u);
  EXPECT_EQ(owned_by("ann"), 1u);
}

TEST_F(OwnerChange, CanBeRepeatedAfterAFailure) {
  put_things(450);
  storage::testing::FaultPlan plan;
  storage::testing::FaultDocumentStore faulty(*store, plan);
  plan.fail_nth(6, storage::Errc::kUnavailable);  // the second write
  EXPECT_EQ(run(change_owner(faulty, locks, "things", {"ann", "eve"})).error(), storage::Errc::kUnavailable);
  EXPECT_EQ(owned_by("eve"), 200u);
  EXPECT_EQ(*run(change_owner(faulty, locks, "things", {"ann", "eve"})), 250u);
  EXPECT_TRUE(locks.empty());
}

TEST_F(OwnerChange, WaitsForTheLockAndSeesWhatWasDoneUnderIt) {
  put_things(2);
  DawdlingStore slow(*store);
  const auto change = [&]() -> Task<Result<std::uint64_t>> {
    std::vector<std::string> names{"k0"};
    const net::NameLocks::Turns turns = co_await locks.acquire(std::move(names));
    std::vector<storage::Write> writes;
    writes.push_back(put("k0", R"({"user":"ann","isPublic":true,"audience":"public","n":2})"));
    for (int i = 0; i < 10; ++i) co_await slow.get("things", "k0");
    const auto written = co_await slow.write(std::move(writes));
    EXPECT_TRUE(written);
    co_return std::uint64_t{0};
  };
  std::vector<Task<Result<std::uint64_t>>> tasks;
  tasks.push_back(change());
  tasks.push_back(change_owner(slow, locks, "things", {"ann", "eve"}));
  EXPECT_EQ(*run_all(std::move(tasks)).back(), 2u);
  EXPECT_EQ(body("k0"), R"({"audience":"public","isPublic":true,"n":2,"user":"eve"})");
}

TEST_F(OwnerChange, RouteIsForAdminsAndChecksNames) {
  put_things(3);
  std::vector<OwnerRenamer> renamers;
  renamers.push_back(
      [this](OwnerRename rename) { return change_owner(*store, locks, "things", std::move(rename)); });
  renamers.push_back([](OwnerRename) -> Task<Result<std::uint64_t>> { co_return std::uint64_t{4}; });
  std::vector<http::Route> routes;
  routes.push_back(owner_route(std::move(renamers)));
  TestClient client(std::move(routes));
  expect_refusal(client.as(kAnn).post("/v1/owner", R"({"from":"ann","to":"eve"})"), 403, 120);
  client.as(kRoot);
  for (const char* text :
       {R"({"from":"ann"})", R"({"to":"ann"})", R"({"from":"","to":"x"})", R"({"from":"x","to":null})"}) {
    expect_refusal(client.post("/v1/owner", text), 400, 122);
  }
  expect_refusal(client.post("/v1/owner", "x"), 400, 110);
  EXPECT_EQ(owned_by("ann"), 3u);
  const Answer answer = client.post("/v1/owner", R"({"from":"ann","to":"eve"})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, Json({{"changed", 7}}));
  EXPECT_EQ(owned_by("eve"), 3u);
  EXPECT_EQ(client.as(kNobody).post("/v1/owner", R"({"from":"eve","to":"ann"})").status, 200);
}

TEST_F(OwnerChange, RouteSaysThatTheStoreFailed) {
  std::vector<OwnerRenamer> renamers;
  renamers.push_back([](OwnerRename) -> Task<Result<std::uint64_t>> {
    co_return make_error_code(storage::Errc::kUnavailable);
  });
  std::vector<http::Route> routes;
  routes.push_back(owner_route(std::move(renamers)));
  TestClient client(std::move(routes));
  expect_refusal(client.post("/v1/owner", R"({"from":"ann","to":"eve"})"), 503, 120);
}

}  // namespace
}  // namespace aesel::catalog
