// Names come from callers and go into SQL, so both kinds are checked by document_rules before they get here.
#include "storage/sqlite/document_tables.hpp"

#include "base/check.hpp"
#include "storage/document_rules.hpp"

namespace aesel::storage::sqlite {
namespace {

void replace_all(std::string& text, std::string_view what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

}  // namespace

std::string for_collection(std::string sql, const std::string& collection) {
  CHECK(is_collection_name(collection));
  replace_all(sql, "$D", "document_" + collection);
  replace_all(sql, "$S", "state_" + collection);
  return sql;
}

std::string member_text(const std::string& column, const std::string& member) {
  CHECK(is_member_name(member));
  return "json_extract(" + column + ",'$." + member + "')";
}

error_code make_tables(Database& database, const Collection& collection) {
  std::string sql = R"sql(
CREATE TABLE IF NOT EXISTS $D(
  sequence INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  body TEXT NOT NULL CHECK(CASE WHEN json_valid(body) THEN json_type(body) = 'object' ELSE 0 END)) STRICT;
CREATE TABLE IF NOT EXISTS $S(sequence INTEGER PRIMARY KEY, state BLOB NOT NULL) STRICT;
)sql";
  for (const std::string& member : collection.indexed) {
    sql += "CREATE INDEX IF NOT EXISTS \"$D." + member + "\" ON $D(" + member_text("body", member) + ");\n";
  }
  sql += "INSERT OR IGNORE INTO collections(name) VALUES('" + collection.name + "');\n";
  return database.execute(for_collection(sql, collection.name));
}

}  // namespace aesel::storage::sqlite
