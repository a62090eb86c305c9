// Migrations, with a second version that exists only here.
#include "storage/sqlite/schema.hpp"

#include <array>

#include <gtest/gtest.h>

#include "storage/contract_tests/scratch_directory.hpp"
#include "storage/error.hpp"
#include "storage/sqlite/document_schema.hpp"

namespace aesel::storage::sqlite {
namespace {

class SqliteSchema : public ::testing::Test {
 protected:
  Database open() {
    return Database::open(directory_.path() / "store.db", Database::Access::kReadWrite, 0).value();
  }

  /// The schema with these steps instead of its own.
  static Schema with_steps(std::span<const Migration> steps) {
    Schema schema = document_schema();
    schema.steps = steps;
    return schema;
  }
  static Schema first_version() { return with_steps(document_schema().steps.first(1)); }

  testing::ScratchDirectory directory_;
};

TEST_F(SqliteSchema, VersionsAscendByOneFromOne) {
  std::int64_t expected = 1;
  for (const Migration& step : document_schema().steps) EXPECT_EQ(step.version, expected++);
}

TEST_F(SqliteSchema, AnOlderFileIsMigratedWithWhatIsInIt) {
  Database database = open();
  const Schema first = first_version();
  ASSERT_FALSE(migrate(database, first));
  ASSERT_FALSE(database.execute("INSERT INTO scenes VALUES('s', '{}')"));
  const std::array<Migration, 2> steps{first.steps[0],
                                       {2, "ALTER TABLE scenes ADD COLUMN region TEXT DEFAULT 'r';"}};
  const Schema both = with_steps(steps);
  EXPECT_EQ(check_identity(database, "store.db", both), std::nullopt);
  ASSERT_FALSE(migrate(database, both));
  EXPECT_EQ(database.text("SELECT key || region FROM scenes").value(), "sr");
  EXPECT_EQ(database.integer("PRAGMA user_version").value(), 2);
  ASSERT_FALSE(migrate(database, both)) << "the second time there is nothing to do";
  EXPECT_EQ(check_identity(database, "store.db", first)->code, Errc::kTooNew);
}

TEST_F(SqliteSchema, AMigrationThatFailsChangesNothing) {
  Database database = open();
  const Schema first = first_version();
  ASSERT_FALSE(migrate(database, first));
  const std::array<Migration, 2> steps{first.steps[0],
                                       {2, "DROP TABLE scenes; INSERT INTO nowhere VALUES(1);"}};
  const Schema both = with_steps(steps);
  EXPECT_TRUE(migrate(database, both));
  EXPECT_FALSE(database.in_transaction());
  EXPECT_EQ(database.integer("PRAGMA user_version").value(), 1);
  EXPECT_EQ(database.integer("SELECT count(*) FROM scenes").value(), 0) << "is still there";
}

}  // namespace
}  // namespace aesel::storage::sqlite
