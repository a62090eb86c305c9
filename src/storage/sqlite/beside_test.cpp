// A second store beside the first on one file, as `aesel user` has it beside a running server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/contract_tests/run.hpp"
#include "storage/contract_tests/scratch_directory.hpp"
#include "storage/error.hpp"
#include "storage/sqlite/database.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace aesel::storage::sqlite {
namespace {

using storage::testing::run;
using ::testing::HasSubstr;

class SqliteBeside : public ::testing::Test {
 protected:
  Result<SqliteStore, OpenError> open(Sharing sharing) {
    SqliteOptions options;
    options.path = path_;
    options.sharing = sharing;
    return open_sqlite_store(options);
  }
  static Task<Result<void>> insert(SqliteStore& store, std::string collection, std::string key) {
    std::vector<Write> writes;
    writes.push_back({Write::Kind::kInsert, std::move(collection), {std::move(key), R"({"name":"n"})", "s"}});
    return store.documents->write(std::move(writes));
  }
  static std::uint64_t count(SqliteStore& store, const std::string& collection) {
    return run(store.documents->count(collection, Query{})).value();
  }
  std::string refused(Errc code) {
    const auto store = open(Sharing::kBeside);
    if (store) return "not refused";
    EXPECT_EQ(store.error().code, code);
    EXPECT_THAT(store.error().message, HasSubstr(path_.string()));
    EXPECT_THAT(store.error().message, HasSubstr("storage.sqlite.path"));
    return store.error().message;
  }
  void execute(const std::string& sql) {
    auto database = Database::open(path_, Database::Access::kReadWrite, 2000);
    ASSERT_TRUE(database.has_value());
    ASSERT_FALSE(database->execute(sql)) << database->reason();
  }

  storage::testing::ScratchDirectory directory_;
  std::filesystem::path path_ = directory_.path() / "store.db";
  const Collection objects_{"objects", {"name"}};
  const Collection users_{"users", {"name"}};
};

TEST_F(SqliteBeside, BothWriteAtTheSameTimeAndSeeWhatTheOtherWrote) {
  auto server = open(Sharing::kExclusive);
  ASSERT_TRUE(server.has_value());
  ASSERT_TRUE(server->documents->open_collection(objects_).has_value());
  ASSERT_TRUE(server->documents->open_collection(users_).has_value());
  auto beside = open(Sharing::kBeside);
  ASSERT_TRUE(beside.has_value()) << beside.error().message;
  ASSERT_TRUE(beside->documents->open_collection(users_).has_value());
  std::vector<Task<Result<void>>> tasks;
  for (int i = 0; i < 200; ++i) {
    tasks.push_back(insert(*server, "objects", std::to_string(i)));
    tasks.push_back(insert(*beside, "users", std::to_string(i)));
  }
  for (const Result<void>& done : storage::testing::run_all(std::move(tasks))) {
    EXPECT_TRUE(done.has_value()) << done.error().message();
  }
  EXPECT_EQ(count(*server, "users"), 200U);
  ASSERT_TRUE(beside->documents->open_collection(objects_).has_value());
  EXPECT_EQ(count(*beside, "objects"), 200U);
  Query query;
  query.equals.emplace_back("name", "n");
  EXPECT_EQ(run(server->documents->find("users", query)).value().size(), 200U);
}

TEST_F(SqliteBeside, ACollectionCanBeNewToTheServersFile) {
  auto server = open(Sharing::kExclusive);
  ASSERT_TRUE(server.has_value());
  {
    auto beside = open(Sharing::kBeside);
    ASSERT_TRUE(beside.has_value());
    ASSERT_TRUE(beside->documents->open_collection(users_).has_value());
    ASSERT_TRUE(run(insert(*beside, "users", "a")).has_value());
  }
  ASSERT_TRUE(server->documents->open_collection(users_).has_value());
  EXPECT_EQ(count(*server, "users"), 1U);
  ASSERT_TRUE(run(insert(*server, "users", "b")).has_value()) << "the other has left the server's log alone";
}

TEST_F(SqliteBeside, WorksAloneAndLeavesEverythingForTheServer) {
  ASSERT_TRUE(open(Sharing::kExclusive).has_value());
  {
    auto beside = open(Sharing::kBeside);
    ASSERT_TRUE(beside.has_value());
    ASSERT_TRUE(beside->documents->open_collection(users_).has_value());
    ASSERT_TRUE(run(insert(*beside, "users", "a")).has_value());
  }
  auto server = open(Sharing::kExclusive);
  ASSERT_TRUE(server.has_value());
  ASSERT_TRUE(server->documents->open_collection(users_).has_value());
  EXPECT_EQ(count(*server, "users"), 1U);
}

TEST_F(SqliteBeside, MakesNoStore) {
  EXPECT_THAT(refused(Errc::kUnavailable), HasSubstr("there is no store at"));
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(SqliteBeside, RefusesEveryOtherVersion) {
  ASSERT_TRUE(open(Sharing::kExclusive).has_value());
  execute("PRAGMA user_version = 99");
  EXPECT_THAT(refused(Errc::kTooNew), HasSubstr("newer aesel"));
  std::filesystem::resize_file(path_, 0);
  EXPECT_THAT(refused(Errc::kUnavailable), HasSubstr("has store version 0"));
}

TEST_F(SqliteBeside, RefusesOtherFiles) {
  execute("CREATE TABLE letters(text)");
  refused(Errc::kCorrupt);
}

}  // namespace
}  // namespace aesel::storage::sqlite
