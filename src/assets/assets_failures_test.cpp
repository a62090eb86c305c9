// Stores that fail at each call, before and after they did what was asked; processes that die in between.
// Whatever happens, an asset is whole or not there.
#include <gtest/gtest.h>

#include "assets/test_server.hpp"

namespace aesel::assets::testing {
namespace {

using Moment = storage::testing::FaultPlan::Moment;
using storage::Errc;

/// What a process finds that starts after this one died.
void restart(TestServer& server) {
  server.plan.fail_none();
  Assets assets(AssetsParts{server.records, server.blobs, server.relationships, server.clock, server.keys,
                            server.metrics},
                AssetsOptions());
  EXPECT_TRUE(assets.load());
  server.expect_consistent();
}

struct Setting {
  TestServer server;
  std::string first = server.add("one", "/v1/asset?related-id=s&related-type=scene");
  std::string second = server.upload("/v1/asset/" + first, {file_part("two")}).body;
};

/// Sends a request again and again on fresh servers, the n-th store call failing, until none does.
void fail_each_call(const std::function<TestServer::Sending(const Setting&)>& request, Moment moment,
                    Errc code, int status_of_failure) {
  for (std::uint64_t n = 1;; ++n) {
    ASSERT_LT(n, 50u);
    Setting setting;
    TestServer& server = setting.server;
    const auto before = server.everything();
    TestServer::Sending sending = request(setting);
    server.plan.set_moment(moment);
    server.plan.fail_nth(n, code);
    const std::uint64_t failures = server.plan.failures();
    const Answer answer = server.send(std::move(sending));
    const bool failed = server.plan.failures() > failures;
    server.plan.fail_none();
    if (answer.status == status_of_failure) {
      EXPECT_EQ(answer.code(), 120);
      EXPECT_EQ(server.everything(), before) << "call " << n;
    } else {
      EXPECT_EQ(answer.status, 200) << answer.body;
      EXPECT_NE(server.everything(), before);
      EXPECT_EQ(server.history(setting.first).at(0).at("asset"),
                server.get("/v1/relationship?related=s").json().at(0).at("assetId"));
    }
    restart(server);
    if (!failed) return;
  }
}

TestServer::Sending creation(const Setting&) {
  return TestServer::upload_of("/v1/asset?related-id=t&related-type=scene", {file_part("new")});
}
TestServer::Sending version(const Setting& setting) {
  return TestServer::upload_of("/v1/asset/" + setting.second, {file_part("new")});
}

TEST(AssetFailures, NothingHalfIsLeftOfACreation) {
  fail_each_call(creation, Moment::kBefore, Errc::kUnavailable, 503);
  fail_each_call(creation, Moment::kBefore, Errc::kFull, 503);
  fail_each_call(creation, Moment::kBefore, Errc::kCorrupt, 500);
}

TEST(AssetFailures, NothingHalfIsLeftOfACreationWhoseSuccessIsLost) {
  fail_each_call(creation, Moment::kAfter, Errc::kUnavailable, 503);
}

TEST(AssetFailures, NothingHalfIsLeftOfANewVersion) {
  fail_each_call(version, Moment::kBefore, Errc::kUnavailable, 503);
}

TEST(AssetFailures, NothingHalfIsLeftOfANewVersionWhoseSuccessIsLost) {
  fail_each_call(version, Moment::kAfter, Errc::kUnavailable, 503);
}

/// A deletion that fails may have happened; what may not be is half of it.
TEST(AssetFailures, DeletionIsAllOrNothing) {
  for (const Moment moment : {Moment::kBefore, Moment::kAfter}) {
    for (std::uint64_t n = 1;; ++n) {
      ASSERT_LT(n, 50u);
      Setting setting;
      TestServer& server = setting.server;
      const auto before = server.everything();
      server.plan.set_moment(moment);
      server.plan.fail_nth(n, Errc::kUnavailable);
      const std::uint64_t failures = server.plan.failures();
      const Answer answer = server.erase("/v1/asset/" + setting.second);
      const bool failed = server.plan.failures() > failures;
      server.plan.fail_none();
      const bool is_there = server.get("/v1/asset/" + setting.second).status == 200;
      EXPECT_TRUE(!is_there || server.everything() == before) << n;
      EXPECT_TRUE(!is_there || answer.status == 503) << n;
      EXPECT_EQ(server.get("/v1/relationship?related=s").json().empty(), !is_there) << n;
      EXPECT_EQ(server.history(setting.first).at(0).at("assetIds").size(), is_there ? 2u : 1u);
      EXPECT_EQ(server.erase("/v1/asset/" + setting.second).status, 200) << "again";
      restart(server);
      if (!failed) break;
    }
  }
}

TEST(AssetFailures, ReadingSaysSo) {
  TestServer server;
  const std::string key = server.add("x");
  server.plan.fail_all(Errc::kUnavailable);
  for (const std::string& path :
       {"/v1/asset/" + key, std::string("/v1/asset"), std::string("/v1/asset/count"), "/v1/history/" + key}) {
    const Answer answer = server.get(path);
    EXPECT_EQ(answer.status, 503) << path;
    EXPECT_EQ(answer.code(), 120);
  }
  EXPECT_EQ(server.post("/v1/bulk/asset", json({{"ids", {key}}}).dump()).status, 503);
}

TEST(AssetFailures, ContentWithoutAnAssetIsRemovedAtStart) {
  TestServer server;
  const std::string key = server.add("kept");
  for (const char* orphan : {"5f0000000000000000000001", "no key at all"}) {
    auto upload = server.memory_blobs->upload();
    ASSERT_TRUE(storage::testing::run(upload->append("lost")));
    ASSERT_TRUE(storage::testing::run(upload->finish(orphan)));
  }
  restart(server);
  EXPECT_EQ(server.get("/v1/asset/" + key).body, "kept");
}

TEST(AssetFailures, AnotherStoresContentIsNotRemovedAtStart) {
  TestServer server;
  AssetsOptions options;
  for (std::size_t i = 0; i <= options.uploads_max; ++i) {
    auto upload = server.memory_blobs->upload();
    ASSERT_TRUE(storage::testing::run(upload->finish("blob " + std::to_string(i))));
  }
  EXPECT_TRUE(server.assets.load());
  EXPECT_EQ(server.everything().size(), options.uploads_max + 1);
}

TEST(AssetFailures, AssetsWithoutContentDoNotKeepTheServiceFromStarting) {
  TestServer server;
  const std::string key = server.add("lost"), other = server.add("kept");
  std::vector<std::string> keys{key};
  ASSERT_TRUE(storage::testing::run(server.memory_blobs->erase(std::move(keys))));
  EXPECT_TRUE(server.assets.load());
  EXPECT_EQ(server.get("/v1/asset/" + key).source_error, Errc::kNotFound);
  EXPECT_EQ(server.get("/v1/asset/" + other).body, "kept");
}

TEST(AssetFailures, StoresThatCannotBeReadStopTheStart) {
  for (std::uint64_t n = 1; n <= 4; ++n) {
    TestServer server;
    server.add("x");
    server.plan.fail_nth(n, Errc::kUnavailable);
    EXPECT_FALSE(server.assets.load()) << n;
  }
}

TEST(AssetFailures, AtRandomLeaveEverythingConsistent) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    Setting setting;
    TestServer& server = setting.server;
    server.plan.set_moment(seed % 2 == 0 ? Moment::kBefore : Moment::kAfter);
    server.plan.fail_fraction(seed, 0.2, Errc::kUnavailable);
    std::vector<std::string> keys{setting.first, setting.second};
    for (std::size_t round = 0; round < 40; ++round) {
      const std::string& key = keys[(seed + round * 7) % keys.size()];
      if (round % 4 == 0) {
        server.erase("/v1/asset/" + key);
        continue;
      }
      const Answer answer =
          server.upload(round % 4 == 1 ? "/v1/asset" : "/v1/asset/" + key, {file_part("x")});
      if (answer.status == 200) keys.push_back(answer.body);
    }
    restart(server);
  }
}

}  // namespace
}  // namespace aesel::assets::testing
