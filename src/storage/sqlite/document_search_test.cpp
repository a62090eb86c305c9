// That searches use their indexes, as SQLite's own words about its plan tell.
#include "storage/sqlite/document_search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/contract_tests/scratch_directory.hpp"
#include "storage/sqlite/document_schema.hpp"
#include "storage/sqlite/document_tables.hpp"

namespace aesel::storage::sqlite {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SqliteSearch : public ::testing::Test {
 protected:
  SqliteSearch() {
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
  std::string plan(const Query& query) { return plan_of(search_of("things", query).sql); }

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

  testing::ScratchDirectory directory_;
  Database database_ =
      Database::open(directory_.path() / "store.db", Database::Access::kReadWrite, 0).value();
};

constexpr const char* kByName = "SEARCH d USING INDEX document_things.name";
constexpr const char* kByAudience = "SEARCH d USING INDEX document_things.audience";
constexpr const char* kByKey = "SEARCH d USING INDEX sqlite_autoindex_document_things_1 (key=?)";

TEST_F(SqliteSearch, EqualsUsesTheIndexOfAMember) {
  EXPECT_THAT(plan(equals("name")), HasSubstr(kByName));
  EXPECT_THAT(plan(equals("name")), Not(HasSubstr("ORDER BY"))) << "already in creation order";
  EXPECT_THAT(plan(equals("other")), HasSubstr("SCAN d"));
}

TEST_F(SqliteSearch, OneOfUsesTheIndexOfAMember) {
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

TEST_F(SqliteSearch, OneOfInCreationOrderSortsNothing) {
  Query query = one_of("audience");
  EXPECT_THAT(plan(query), HasSubstr(kByAudience));
  EXPECT_THAT(plan(query), Not(HasSubstr("TEMP B-TREE")));
  query.contains.emplace_back("tags", "x");
  query.one_of.emplace_back("other", std::vector<std::string>{"x", "y"});
  EXPECT_THAT(plan(query), HasSubstr(kByAudience));
  EXPECT_THAT(plan(query), Not(HasSubstr("TEMP B-TREE")));
  query.one_of.front().second.assign({"a", "b", "c", "d", "e", "f", "g", "h", "i"});
  EXPECT_THAT(plan(query), HasSubstr(kByAudience)) << "beyond some texts everything is sorted";
}

TEST_F(SqliteSearch, KeysGoFirst) {
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

TEST_F(SqliteSearch, CountsUseTheIndexesToo) {
  EXPECT_THAT(plan_of(count_of("things", equals("name")).sql), HasSubstr(kByName));
  EXPECT_THAT(plan_of(count_of("things", one_of("audience")).sql), HasSubstr(kByAudience));
}

TEST_F(SqliteSearch, TheLengthOfAListMakesNoNewStatement) {
  Query shorter = one_of("audience");
  shorter.keys = std::vector<std::string>{"k"};
  Query longer = shorter;
  longer.one_of.front().second.resize(100, "z");
  longer.keys->resize(1000, "l");
  EXPECT_EQ(search_of("things", shorter).sql, search_of("things", longer).sql);
}

}  // namespace
}  // namespace aesel::storage::sqlite
