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

namespace {

/// The WHERE clause, or nothing. Keys are given in dozens, and members can have thousands of documents, which
/// SQLite does not know: with keys, a plus sign keeps it from going through the index of a member.
std::string conditions(const Query& query, int& parameter) {
  std::string sql;
  const auto add = [&](const std::string& before, const std::string& after) {
    sql += ++parameter == 1 ? " WHERE " : " AND ";
    sql += before + "?" + std::to_string(parameter) + after;
  };
  const std::string sign = query.keys ? "+" : "";
  for (const auto& [member, text] : query.equals) {
    add(sign + member_text("d.body", member) + " = ", " AND " + member_type(member) + " = 'text'");
  }
  for (const auto& [member, text] : query.contains) {
    add(member_type(member) + " = 'array' AND EXISTS (SELECT 1 FROM json_each(d.body,'$." + member +
            "') AS e WHERE e.type = 'text' AND e.value = ",
        ")");
  }
  for (const auto& [member, texts] : query.one_of) {
    add(sign + member_text("d.body", member) + " IN (SELECT value FROM json_each(",
        ")) AND " + member_type(member) + " = 'text'");
  }
  if (query.keys) add("d.key IN (SELECT value FROM json_each(", "))");
  return sql;
}

void append_quoted(std::string& json, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  json += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      json += "\\u00";
      json += kHex[byte >> 4];
      json += kHex[byte & 15];
      continue;
    }
    if (c == '"' || c == '\\') json += '\\';
    json += c;
  }
  json += '"';
}

}  // namespace

std::string json_list(const std::vector<std::string>& texts) {
  std::string json;
  for (const std::string& text : texts) {
    if (text.find('\0') != std::string::npos) continue;
    json += json.empty() ? '[' : ',';
    append_quoted(json, text);
  }
  return json.empty() ? "[]" : json + "]";
}

std::string count_sql(const std::string& collection, const Query& query) {
  int parameter = 0;
  return for_collection("SELECT count(*) FROM $D AS d" + conditions(query, parameter), collection);
}

std::string search_sql(const std::string& collection, const Query& query) {
  int parameter = 0;
  std::string sql = kSelectDocuments + conditions(query, parameter);
  sql += query.order == Order::kKey ? " ORDER BY d.key" : " ORDER BY d.sequence";
  sql += " LIMIT ?" + std::to_string(parameter + 1) + " OFFSET ?" + std::to_string(parameter + 2);
  return for_collection(sql, collection);
}

}  // namespace aesel::storage::sqlite
