// Every call is one SELECT, prepared once per shape.
#include "storage/sqlite/document_reader.hpp"

#include <algorithm>

#include "storage/document_rules.hpp"
#include "storage/error.hpp"
#include "storage/sqlite/document_search.hpp"
#include "storage/sqlite/document_tables.hpp"

namespace aesel::storage::sqlite {
namespace {

std::int64_t clamp(std::uint64_t value) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX));
}

DocumentStore::DocumentView view(const Statement& row) {
  return {row.text(0), row.text(1), row.text(2)};
}

/// Returns the number of parameters that are bound now. The texts have to live as long as the run.
int bind(Statement& statement, const std::vector<std::string>& texts) {
  int parameter = 0;
  for (const std::string& text : texts) statement.bind(++parameter, text);
  return parameter;
}

Document document(const Statement& row) {
  const DocumentStore::DocumentView seen = view(row);
  return {std::string(seen.key), std::string(seen.body), std::string(seen.state)};
}

}  // namespace

Result<Statement*> DocumentReader::prepared(const std::string& sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) return &found->second;
  if (statements_.size() >= kStatementsMax) statements_.clear();
  Result<Statement> statement = database_.prepare(sql);
  if (!statement) return statement.error();
  return &statements_.emplace(sql, std::move(*statement)).first->second;
}

Result<Document> DocumentReader::get(const std::string& collection, const std::string& key) {
  if (!collections_.contains(collection)) return make_error_code(Errc::kInvalid);
  const Result<Statement*> select =
      prepared(for_collection(std::string(kSelectDocuments) + " WHERE d.key = ?1", collection));
  if (!select) return select.error();
  Statement& statement = **select;
  statement.bind(1, key);
  const RunGuard guard(statement);
  const Result<bool> row = statement.step();
  if (!row) return row.error();
  if (!*row) return make_error_code(Errc::kNotFound);
  return document(statement);
}

Result<std::vector<Document>> DocumentReader::find(const std::string& collection, const Query& query) {
  if (!collections_.contains(collection) || !is_valid(query)) return make_error_code(Errc::kInvalid);
  const Search search = search_of(collection, query);
  const Result<Statement*> select = prepared(search.sql);
  if (!select) return select.error();
  Statement& statement = **select;
  int parameter = bind(statement, search.texts);
  statement.bind(++parameter, clamp(query.limit));
  statement.bind(++parameter, clamp(query.skip));
  const RunGuard guard(statement);
  std::vector<Document> documents;
  for (;;) {
    const Result<bool> row = statement.step();
    if (!row) return row.error();
    if (!*row) return documents;
    documents.push_back(document(statement));
  }
}

Result<std::uint64_t> DocumentReader::count(const std::string& collection, const Query& query) {
  if (!collections_.contains(collection) || !is_valid(query)) return make_error_code(Errc::kInvalid);
  const Search search = count_of(collection, query);
  const Result<Statement*> select = prepared(search.sql);
  if (!select) return select.error();
  bind(**select, search.texts);
  const RunGuard guard(**select);
  const Result<bool> row = (*select)->step();
  if (!row) return row.error();
  return static_cast<std::uint64_t>((*select)->integer(0));
}

Result<void> DocumentReader::scan(const std::string& collection,
                                  const std::function<bool(const DocumentStore::DocumentView&)>& visit) {
  if (!collections_.contains(collection)) return make_error_code(Errc::kInvalid);
  const Result<Statement*> select =
      prepared(for_collection(std::string(kSelectDocuments) + " ORDER BY d.sequence", collection));
  if (!select) return select.error();
  const RunGuard guard(**select);
  for (;;) {
    const Result<bool> row = (*select)->step();
    if (!row) return row.error();
    if (!*row || !visit(view(**select))) return {};
  }
}

}  // namespace aesel::storage::sqlite
