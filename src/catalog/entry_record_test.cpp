// The stored form, as README.md gives it, and what is not one.
#include "catalog/entry_record.hpp"

#include <gtest/gtest.h>

namespace aesel::catalog {
namespace {

Entry full_entry() {
  Entry entry{*EntryId::parse("0123456789abcdef01234567"), "n", "d", "c", "t", "ann", false, {"a", "b"}};
  entry.more = {{"sceneGroups", {{{"name", "g"}, {"description", nullptr}}}}, {"assetCollectionIds", {"x"}}};
  return entry;
}

TEST(EntryRecord, ComesBackAsItWas) {
  const Entry entry = full_entry();
  EXPECT_EQ(from_stored(to_stored(entry)), entry);
  const Entry empty;
  EXPECT_EQ(from_stored(to_stored(empty)), empty);
}

TEST(EntryRecord, IsWhatTheReadmeSays) {
  const storage::Document document = to_stored(full_entry());
  EXPECT_EQ(document.key, "0123456789abcdef01234567");
  EXPECT_EQ(document.body,
            R"({"name":"n","description":"d","category":"c","thumbnail":"t","user":"ann","isPublic":false,)"
            R"("audience":"user:ann","tags":["a","b"],"assetCollectionIds":["x"],)"
            R"("sceneGroups":[{"description":null,"name":"g"}]})");
  EXPECT_EQ(to_stored(Entry()).body, R"({"user":"","isPublic":false,"audience":"public"})");
}

TEST(EntryRecord, ThatNobodyWroteIsNone) {
  EXPECT_EQ(from_stored({"x", "{}", ""}), std::nullopt);
  EXPECT_EQ(from_stored({std::string(24, '0'), "[]", ""}), std::nullopt);
  EXPECT_EQ(from_stored({std::string(24, '0'), "{", ""}), std::nullopt);
}

}  // namespace
}  // namespace aesel::catalog
