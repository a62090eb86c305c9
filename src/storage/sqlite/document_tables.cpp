// Names come from callers and go into SQL, so both kinds are checked by document_rules before they get here.
// The type check behind every condition keeps a number or a list from passing for its text.
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

/// The expression that is indexed; a search has to write it in the same way to go through the index.
std::string member_text(const std::string& column, const std::string& member) {
  CHECK(is_member_name(member));
  return "json_extract(" + column + ",'$." + member + "')";
}

std::string member_type(const std::string& member) {
  return "json_type(d.body,'$." + member + "')";
}

}  // namespace

std::string for_collection(std::string sql, const std::string& collection) {
  CHECK(is_collection_name(collection));
  replace_all(sql, "$D", "document_" + collection);
  replace_all(sql, "$S", "state_" + collection);
  return sql;
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

std::string search_sql(const std::string& collection, const Query& query) {
  std::string sql = kSelectDocuments;
  int parameter = 0;
  const auto add = [&](const std::string& before, const std::string& after) {
    sql += ++parameter == 1 ? " WHERE " : " AND ";
    sql += before + "?" + std::to_string(parameter) + after;
  };
  for (const auto& [member, text] : query.equals) {
    add(member_text("d.body", member) + " = ", " AND " + member_type(member) + " = 'text'");
  }
  for (const auto& [member, text] : query.contains) {
    add(member_type(member) + " = 'array' AND EXISTS (SELECT 1 FROM json_each(d.body,'$." + member +
            "') AS e WHERE e.type = 'text' AND e.value = ",
        ")");
  }
  sql += query.order == Order::kKey ? " ORDER BY d.key" : " ORDER BY d.sequence";
  sql += " LIMIT ?" + std::to_string(parameter + 1) + " OFFSET ?" + std::to_string(parameter + 2);
  return for_collection(sql, collection);
}

}  // namespace aesel::storage::sqlite
