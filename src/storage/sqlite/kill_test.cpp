// kill -9 while many write: every confirmed pair is there afterwards, and no pair is there by half.
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "storage/contract_tests/scratch_directory.hpp"
#include "storage/sqlite/killed_process.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace aesel::storage {
namespace {

TEST(SqliteKill, EveryConfirmedWriteIsThereAfterwards) {
  testing::ScratchDirectory directory;
  const std::filesystem::path path = directory.path() / "store.db";
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  std::set<std::string> confirmed;
  for (int round = 0; round < 5; ++round) {
    const auto lines = std::uniform_int_distribution<std::size_t>(1, 600)(random);
    const std::vector<std::string> keys = testing::lines_of_killed(
        {AESEL_STORAGE_KILL_HELPER, path.string(), "r" + std::to_string(round)}, lines);
    ASSERT_GE(keys.size(), lines);
    confirmed.insert(keys.begin(), keys.end());

    SqliteOptions options;
    options.path = path;
    auto store = open_sqlite_store(options);
    ASSERT_TRUE(store.has_value()) << store.error().message;
    const Collection things{"things", {"name"}};
    ASSERT_TRUE(store->documents->open_collection(things).has_value());
    std::set<std::string> found;
    const auto visit = [&](const DocumentStore::DocumentView& view) {
      const std::string_view name = view.key.substr(0, view.key.find('+'));
      EXPECT_EQ(view.body, R"({"name":")" + std::string(name) + R"("})");
      EXPECT_EQ(view.state, name);
      found.insert(std::string(view.key));
      return true;
    };
    ASSERT_TRUE(store->documents->scan("things", visit).has_value());
    for (const std::string& key : confirmed) EXPECT_TRUE(found.contains(key)) << key << " was confirmed";
    for (const std::string& key : found) {
      EXPECT_TRUE(key.ends_with('+') || found.contains(key + "+")) << key << " is there by half";
    }
    EXPECT_EQ(found.size() % 2, 0U);
  }
}

}  // namespace
}  // namespace aesel::storage
