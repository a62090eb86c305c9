// Migrations, with a second version that exists only here; and that searches use their indexes.
#include "storage/sqlite/schema.hpp"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/contract_tests/scratch_directory.hpp"
#include "storage/error.hpp"
#include "storage/sqlite/document_schema.hpp"
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

class SqlitePlan : public SqliteSchema {
 protected:
  SqlitePlan() {
    EXPECT_FALSE(migrate(database_, document_schema()));
    const Collection things{"things", {"name", "audience"}};
    EXPECT_FALSE(make_tables(database_, things));
  }

  std::string plan_of(const std::string& sql) {
    std::string text;
    auto statement = database_.prepare("EXPLAIN QUERY PLAN " + sql);
    if (!statement) return database_.reason();
    while (statement->step().value()) text += std::string(statement->text(3)) + "\n";
    return text;
  }
  std::string plan(const Query& query) { return plan_of(search_sql("things", query)); }

  static Query equals(const std::string& member) {
    Query query;
    query.equals.emplace_back(member, "x");
    return query;
  }
  static Query one_of(const std::string& member) {
    Query query;
    query.one_of.emplace_back(member, std::vector<std::string>{"x", "y"});
    return query;
  }

  Database database_ = open();
};

constexpr const char* kByName = "SEARCH d USING INDEX document_things.name";
constexpr const char* kByAudience = "SEARCH d USING INDEX document_things.audience";
constexpr const char* kByKey = "SEARCH d USING INDEX sqlite_autoindex_document_things_1 (key=?)";

TEST_F(SqlitePlan, EqualsUsesTheIndexOfAMember) {
  EXPECT_THAT(plan(equals("name")), HasSubstr(kByName));
  EXPECT_THAT(plan(equals("name")), Not(HasSubstr("ORDER BY"))) << "already in creation order";
  EXPECT_THAT(plan(equals("other")), HasSubstr("SCAN d"));
}

TEST_F(SqlitePlan, OneOfUsesTheIndexOfAMember) {
  for (const Order order : {Order::kCreation, Order::kKey}) {
    for (const std::uint64_t limit : {std::uint64_t{10}, UINT64_MAX}) {
      Query query = one_of("audience");
      query.order = order;
      query.limit = limit;
      EXPECT_THAT(plan(query), HasSubstr(kByAudience));
      query.equals.emplace_back("other", "x");
      EXPECT_THAT(plan(query), HasSubstr(kByAudience)) << "where the other has no index";
      query.equals.emplace_back("name", "x");
      EXPECT_THAT(plan(query), HasSubstr(kByName)) << "one text finds less than several";
      query.contains.emplace_back("tags", "x");
      EXPECT_THAT(plan(query), HasSubstr(kByName));
    }
  }
}

TEST_F(SqlitePlan, KeysGoFirst) {
  for (const Order order : {Order::kCreation, Order::kKey}) {
    Query query;
    query.order = order;
    query.keys = std::vector<std::string>{"k"};
    EXPECT_THAT(plan(query), HasSubstr(kByKey));
    query.equals.emplace_back("name", "x");
    EXPECT_THAT(plan(query), HasSubstr(kByKey));
    query.one_of.emplace_back("audience", std::vector<std::string>{"x"});
    EXPECT_THAT(plan(query), HasSubstr(kByKey));
  }
}

TEST_F(SqlitePlan, CountsUseTheIndexesToo) {
  EXPECT_THAT(plan_of(count_sql("things", equals("name"))), HasSubstr(kByName));
  EXPECT_THAT(plan_of(count_sql("things", one_of("audience"))), HasSubstr(kByAudience));
}

TEST_F(SqlitePlan, TheLengthOfAListMakesNoNewStatement) {
  Query shorter = one_of("audience");
  shorter.keys = std::vector<std::string>{"k"};
  Query longer = shorter;
  longer.one_of.front().second.resize(100, "z");
  longer.keys->resize(1000, "l");
  EXPECT_EQ(search_sql("things", shorter), search_sql("things", longer));
}

}  // namespace
}  // namespace aesel::storage::sqlite
