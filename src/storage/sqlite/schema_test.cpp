// Migrations, with a second version that exists only here; and that searches use their indexes.
#include "storage/sqlite/schema.hpp"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/contract_tests/scratch_directory.hpp"
#include "storage/error.hpp"
#include "storage/sqlite/document_tables.hpp"

namespace aesel::storage::sqlite {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SqliteSchema : public ::testing::Test {
 protected:
  Database open() {
    return Database::open(directory_.path() / "store.db", Database::Access::kReadWrite, 0).value();
  }

  testing::ScratchDirectory directory_;
};

TEST_F(SqliteSchema, VersionsAscendByOneFromOne) {
  std::int64_t expected = 1;
  for (const Migration& step : migrations()) EXPECT_EQ(step.version, expected++);
}

TEST_F(SqliteSchema, AnOlderFileIsMigratedWithWhatIsInIt) {
  Database database = open();
  const auto first = migrations().first(1);
  ASSERT_FALSE(migrate(database, first));
  ASSERT_FALSE(database.execute("INSERT INTO scenes VALUES('s', '{}')"));
  const std::array<Migration, 2> both{first[0],
                                      {2, "ALTER TABLE scenes ADD COLUMN region TEXT DEFAULT 'r';"}};
  EXPECT_EQ(check_identity(database, "store.db", both), std::nullopt);
  ASSERT_FALSE(migrate(database, both));
  EXPECT_EQ(database.text("SELECT key || region FROM scenes").value(), "sr");
  EXPECT_EQ(database.integer("PRAGMA user_version").value(), 2);
  ASSERT_FALSE(migrate(database, both)) << "the second time there is nothing to do";
  EXPECT_EQ(check_identity(database, "store.db", first)->code, Errc::kTooNew);
}

TEST_F(SqliteSchema, AMigrationThatFailsChangesNothing) {
  Database database = open();
  const auto first = migrations().first(1);
  ASSERT_FALSE(migrate(database, first));
  const std::array<Migration, 2> both{first[0], {2, "DROP TABLE scenes; INSERT INTO nowhere VALUES(1);"}};
  EXPECT_TRUE(migrate(database, both));
  EXPECT_FALSE(database.in_transaction());
  EXPECT_EQ(database.integer("PRAGMA user_version").value(), 1);
  EXPECT_EQ(database.integer("SELECT count(*) FROM scenes").value(), 0) << "is still there";
}

TEST_F(SqliteSchema, SearchesOfIndexedMembersUseTheIndex) {
  Database database = open();
  ASSERT_FALSE(migrate(database, migrations()));
  const Collection things{"things", {"name"}};
  ASSERT_FALSE(make_tables(database, things));
  const auto plan = [&](const std::string& member) {
    Query query;
    query.equals.emplace_back(member, "x");
    std::string text;
    auto statement = database.prepare("EXPLAIN QUERY PLAN " + search_sql("things", query));
    while (statement->step().value()) text += std::string(statement->text(3)) + "\n";
    return text;
  };
  EXPECT_THAT(plan("name"), HasSubstr("USING INDEX document_things.name"));
  EXPECT_THAT(plan("name"), Not(HasSubstr("ORDER BY"))) << "already in creation order";
  EXPECT_THAT(plan("other"), HasSubstr("SCAN d"));
}

}  // namespace
}  // namespace aesel::storage::sqlite
