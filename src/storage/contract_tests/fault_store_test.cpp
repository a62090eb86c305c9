// The fault wrapper lets through what it should and fails what it should.
#include "storage/contract_tests/fault_store.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "storage/contract_tests/run.hpp"

namespace aesel::storage::testing {
namespace {

class FaultStores : public ::testing::Test {
 protected:
  FaultStores() {
    const Collection things{"things", {}};
    EXPECT_TRUE(documents_.open_collection(things).has_value());
  }

  error_code insert(const std::string& key) {
    std::vector<Write> writes;
    writes.push_back({Write::Kind::kInsert, "things", {key, "{}", ""}});
    const Result<void> done = run(documents_.write(std::move(writes)));
    return done ? error_code{} : done.error();
  }
  std::uint64_t count() { return run(inner_->count("things", Query{})).value(); }

  FaultPlan plan_;
  std::unique_ptr<DocumentStore> inner_ = make_memory_document_store();
  FaultDocumentStore documents_{*inner_, plan_};
};

TEST_F(FaultStores, NothingFailsUntilToldTo) {
  EXPECT_FALSE(insert("a"));
  EXPECT_EQ(plan_.calls(), 2U);
  EXPECT_EQ(plan_.failures(), 0U);
}

TEST_F(FaultStores, TheNthCallFailsOnce) {
  plan_.fail_nth(2, Errc::kFull);
  EXPECT_FALSE(insert("a"));
  EXPECT_EQ(insert("b"), Errc::kFull);
  EXPECT_FALSE(insert("c"));
  EXPECT_EQ(count(), 2U);
}

TEST_F(FaultStores, AFailureAfterwardsHasDoneItsWork) {
  plan_.set_moment(FaultPlan::Moment::kAfter);
  plan_.fail_all(Errc::kUnavailable);
  EXPECT_EQ(insert("a"), Errc::kUnavailable);
  EXPECT_EQ(count(), 1U);
}

TEST_F(FaultStores, TheSameSeedFailsTheSameCalls) {
  const auto failures = [&](std::uint64_t seed) {
    plan_.fail_fraction(seed, 0.3, Errc::kUnavailable);
    std::string pattern;
    for (int i = 0; i < 200; ++i) pattern += run(documents_.check()) ? '.' : 'x';
    return pattern;
  };
  const std::string first = failures(7);
  EXPECT_EQ(failures(7), first);
  EXPECT_NE(failures(8), first);
  const auto failed = std::count(first.begin(), first.end(), 'x');
  EXPECT_GT(failed, 30);
  EXPECT_LT(failed, 90);
}

TEST_F(FaultStores, EveryKindOfCallCanFail) {
  plan_.fail_all(Errc::kCorrupt);
  const Collection others{"others", {}};
  const auto visit = [](const DocumentStore::DocumentView&) { return true; };
  EXPECT_EQ(documents_.open_collection(others).error(), Errc::kCorrupt);
  EXPECT_EQ(run(documents_.get("things", "a")).error(), Errc::kCorrupt);
  EXPECT_EQ(run(documents_.find("things", Query{})).error(), Errc::kCorrupt);
  EXPECT_EQ(run(documents_.count("things", Query{})).error(), Errc::kCorrupt);
  EXPECT_EQ(documents_.scan("things", visit).error(), Errc::kCorrupt);
  const auto inner = make_memory_graph_store();
  FaultGraphStore graph(*inner, plan_);
  std::vector<GraphChange> changes{PutScene{{"s", "{}"}}};
  EXPECT_EQ(run(graph.apply(std::move(changes))).error(), Errc::kCorrupt);
  EXPECT_EQ(graph.load().error(), Errc::kCorrupt);
  EXPECT_EQ(run(graph.check()).error(), Errc::kCorrupt);
  EXPECT_EQ(inner->load()->scenes.size(), 0U);
}

TEST_F(FaultStores, EveryKindOfCallToBlobsCanFail) {
  const auto inner = make_memory_blob_store();
  FaultBlobStore blobs(*inner, plan_);
  const auto upload = blobs.upload();
  EXPECT_TRUE(run(upload->append("one")).has_value());
  plan_.fail_all(Errc::kFull);
  EXPECT_EQ(run(upload->append("two")).error(), Errc::kFull);
  EXPECT_EQ(run(upload->finish("a")).error(), Errc::kFull);
  EXPECT_EQ(run(blobs.find("a")).error(), Errc::kFull);
  std::string into(8, '?');
  EXPECT_EQ(run(blobs.read("a", 0, into)).error(), Errc::kFull);
  EXPECT_EQ(run(blobs.erase({})).error(), Errc::kFull);
  EXPECT_EQ(run(blobs.check()).error(), Errc::kFull);
  const auto visit = [](const Blob&) { return true; };
  EXPECT_EQ(blobs.scan(visit).error(), Errc::kFull);
  plan_.fail_none();
  EXPECT_TRUE(run(upload->finish("a")).has_value()) << "the store never heard of what failed";
  EXPECT_EQ(run(blobs.read("a", 0, into)).value(), 3U);
}

}  // namespace
}  // namespace aesel::storage::testing
