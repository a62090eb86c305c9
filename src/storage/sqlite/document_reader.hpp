// DocumentReader: the searches, on a connection that only reads.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "storage/document_store.hpp"
#include "storage/sqlite/database.hpp"

namespace aesel::storage::sqlite {

/// One thread. The database has to outlive it. Every call: kInvalid for a collection that was not opened.
class DocumentReader {
 public:
  explicit DocumentReader(Database& database) : database_(database) {}

  /// REQUIRES: the collection's tables are there.
  void open_collection(const std::string& collection) { collections_.insert(collection); }

  Result<Document> get(const std::string& collection, const std::string& key);
  /// kInvalid, too, for a member whose name is no name.
  Result<std::vector<Document>> find(const std::string& collection, const Query& query);
  Result<std::uint64_t> count(const std::string& collection, const Query& query);
  Result<void> scan(const std::string& collection,
                    const std::function<bool(const DocumentStore::DocumentView&)>& visit);

 private:
  /// Statements by their text. Searches come in few shapes, as values are bound; when they do not, the cache
  /// starts anew at kStatementsMax.
  Result<Statement*> prepared(const std::string& sql);

  static constexpr std::size_t kStatementsMax = 128;

  Database& database_;
  std::set<std::string> collections_;
  std::unordered_map<std::string, Statement> statements_;
};

}  // namespace aesel::storage::sqlite
