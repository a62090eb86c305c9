// The contract of GraphStore.
#include "storage/contract_tests/graph_store_contract.hpp"

#include <limits>

#include <gmock/gmock.h>

#include "storage/contract_tests/run.hpp"
#include "storage/error.hpp"

namespace aesel::storage::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

StoredScene scene(std::string key, std::string body = "{}") {
  return {std::move(key), std::move(body)};
}

StoredPose pose(double x) {
  return {0.5, -0.5, 0.5, -0.5, x, 0.1, 1e300};
}

StoredRegistration registration(std::string in, std::string device, std::int64_t sequence, double x = 1) {
  return {std::move(in), std::move(device), R"({"port":"1234"})", pose(x), sequence};
}

StoredLink link(std::string from, std::string to, double x = 1) {
  return {std::move(from), std::move(to), pose(x)};
}

}  // namespace

void GraphStoreContract::SetUp() {
  store_ = GetParam().open(directory_.path());
  ASSERT_TRUE(store_);
}

GraphContents GraphStoreContract::load() {
  if (GetParam().durability == Durability::kDurable) {
    store_.reset();
    store_ = GetParam().open(directory_.path());
  }
  auto contents = store_->load();
  EXPECT_TRUE(contents.has_value());
  return contents ? std::move(*contents) : GraphContents{};
}

error_code GraphStoreContract::apply(std::vector<GraphChange> changes) {
  const Result<void> done = run(store_->apply(std::move(changes)));
  return done ? error_code{} : done.error();
}

error_code GraphStoreContract::apply(GraphChange change) {
  std::vector<GraphChange> changes;
  changes.push_back(std::move(change));
  return apply(std::move(changes));
}

TEST_P(GraphStoreContract, ANewStoreIsEmpty) {
  const GraphContents contents = load();
  EXPECT_THAT(contents.scenes, IsEmpty());
  EXPECT_THAT(contents.registrations, IsEmpty());
  EXPECT_THAT(contents.links, IsEmpty());
}

TEST_P(GraphStoreContract, ScenesLoadByKeyWithTheirLatestBody) {
  ASSERT_FALSE(apply(PutScene{scene("b", R"({"name":"it's \"b\""})")}));
  ASSERT_FALSE(apply(PutScene{scene("a")}));
  ASSERT_FALSE(apply(PutScene{scene("\xC3\xA9")}));
  ASSERT_FALSE(apply(PutScene{scene("a", R"({"v":2})")}));
  EXPECT_THAT(load().scenes, ElementsAre(scene("a", R"({"v":2})"), scene("b", R"({"name":"it's \"b\""})"),
                                         scene("\xC3\xA9")));
}

TEST_P(GraphStoreContract, RegistrationsLoadBySequence) {
  ASSERT_FALSE(apply(PutRegistration{registration("s", "z", 1)}));
  ASSERT_FALSE(apply(PutRegistration{registration("s", "a", 3)}));
  ASSERT_FALSE(apply(PutRegistration{registration("t", "z", 2)}));
  EXPECT_THAT(load().registrations,
              ElementsAre(registration("s", "z", 1), registration("t", "z", 2), registration("s", "a", 3)));
}

TEST_P(GraphStoreContract, ARegistrationIsUniqueBySceneAndDevice) {
  ASSERT_FALSE(apply(PutRegistration{registration("s", "d", 1, 1)}));
  ASSERT_FALSE(apply(PutRegistration{registration("s", "e", 2, 1)}));
  ASSERT_FALSE(apply(PutRegistration{registration("s", "d", 3, 5)}));
  EXPECT_THAT(load().registrations, ElementsAre(registration("s", "e", 2, 1), registration("s", "d", 3, 5)));
}

TEST_P(GraphStoreContract, EraseRegistrationRemovesThatOneOnly) {
  ASSERT_FALSE(apply(PutRegistration{registration("s", "d", 1)}));
  ASSERT_FALSE(apply(PutRegistration{registration("s", "e", 2)}));
  ASSERT_FALSE(apply(PutRegistration{registration("t", "d", 3)}));
  ASSERT_FALSE(apply(EraseRegistration{"s", "d"}));
  EXPECT_FALSE(apply(EraseRegistration{"s", "d"})) << "a second time is nothing";
  EXPECT_THAT(load().registrations, ElementsAre(registration("s", "e", 2), registration("t", "d", 3)));
}

TEST_P(GraphStoreContract, LinksLoadByFromAndTo) {
  ASSERT_FALSE(apply(PutLink{link("b", "a")}));
  ASSERT_FALSE(apply(PutLink{link("a", "d")}));
  ASSERT_FALSE(apply(PutLink{link("a", "c")}));
  EXPECT_THAT(load().links, ElementsAre(link("a", "c"), link("a", "d"), link("b", "a")));
}

TEST_P(GraphStoreContract, ALinkReplacesTheOneOfItsPairWhicheverWayItPoints) {
  ASSERT_FALSE(apply(PutLink{link("a", "b", 1)}));
  ASSERT_FALSE(apply(PutLink{link("a", "b", 2)}));
  EXPECT_THAT(load().links, ElementsAre(link("a", "b", 2)));
  ASSERT_FALSE(apply(PutLink{link("b", "a", 3)}));
  EXPECT_THAT(load().links, ElementsAre(link("b", "a", 3)));
  ASSERT_FALSE(apply(PutLink{link("a", "b", 4)}));
  EXPECT_THAT(load().links, ElementsAre(link("a", "b", 4)));
}

TEST_P(GraphStoreContract, EraseSceneTakesItsRegistrationsAndLinksAlong) {
  std::vector<GraphChange> changes{PutScene{scene("a")},
                                   PutScene{scene("b")},
                                   PutScene{scene("c")},
                                   PutRegistration{registration("a", "d", 1)},
                                   PutRegistration{registration("b", "d", 2)},
                                   PutLink{link("a", "b")},
                                   PutLink{link("c", "a")},
                                   PutLink{link("b", "c")}};
  ASSERT_FALSE(apply(std::move(changes)));
  ASSERT_FALSE(apply(EraseScene{"a"}));
  EXPECT_FALSE(apply(EraseScene{"a"})) << "a second time is nothing";
  const GraphContents contents = load();
  EXPECT_THAT(contents.scenes, ElementsAre(scene("b"), scene("c")));
  EXPECT_THAT(contents.registrations, ElementsAre(registration("b", "d", 2)));
  EXPECT_THAT(contents.links, ElementsAre(link("b", "c")));
}

TEST_P(GraphStoreContract, ChangesAreAppliedInOrder) {
  std::vector<GraphChange> changes{PutScene{scene("a", R"({"v":1})")},
                                   PutRegistration{registration("a", "d", 1)}, EraseScene{"a"},
                                   PutScene{scene("a", R"({"v":2})")}};
  ASSERT_FALSE(apply(std::move(changes)));
  const GraphContents contents = load();
  EXPECT_THAT(contents.scenes, ElementsAre(scene("a", R"({"v":2})")));
  EXPECT_THAT(contents.registrations, IsEmpty());
}

TEST_P(GraphStoreContract, AnImpossibleChangeIsInvalidAndNothingOfItsListHappens) {
  StoredLink endless = link("a", "b");
  endless.from_to.x = std::numeric_limits<double>::infinity();
  StoredRegistration nowhere = registration("s", "d", 1);
  nowhere.device_to_scene.w = std::numeric_limits<double>::quiet_NaN();
  const std::vector<GraphChange> bad{
      PutScene{scene("")}, PutScene{scene("k", "half {")}, PutScene{scene("k", "[]")},
      PutLink{endless},    PutLink{link("", "b")},         PutRegistration{nowhere},
      EraseScene{""},      EraseRegistration{"s", ""},     PutRegistration{registration("s", "", 1)}};
  for (const GraphChange& change : bad) {
    std::vector<GraphChange> changes{PutScene{scene("good")}, change};
    EXPECT_EQ(apply(std::move(changes)), Errc::kInvalid) << change.index();
  }
  EXPECT_THAT(load().scenes, IsEmpty());
}

TEST_P(GraphStoreContract, PosesComeBackExactly) {
  StoredLink exact = link("a", "b");
  exact.from_to = {0.1, -0.2, 1.0 / 3.0, 5e-324, -1.7976931348623157e308, 12345678901234567.0, -2.0};
  ASSERT_FALSE(apply(PutLink{exact}));
  EXPECT_THAT(load().links, ElementsAre(exact));
}

TEST_P(GraphStoreContract, ManyConcurrentChangesAllLand) {
  std::vector<Task<Result<void>>> tasks;
  for (int i = 0; i < 300; ++i) {
    std::vector<GraphChange> changes{PutScene{scene("s" + std::to_string(i))},
                                     PutRegistration{registration("s" + std::to_string(i), "d", i)}};
    tasks.push_back(store_->apply(std::move(changes)));
  }
  for (const Result<void>& result : run_all(std::move(tasks))) EXPECT_TRUE(result.has_value());
  const GraphContents contents = load();
  EXPECT_EQ(contents.scenes.size(), 300U);
  EXPECT_EQ(contents.registrations.size(), 300U);
}

TEST_P(GraphStoreContract, CheckSucceeds) {
  EXPECT_TRUE(run(store_->check()).has_value());
}

}  // namespace aesel::storage::testing
