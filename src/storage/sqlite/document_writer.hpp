// DocumentWriter: applies writes on the writer's connection, inside the transaction that the writer opened.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "storage/document_store.hpp"
#include "storage/sqlite/database.hpp"

namespace aesel::storage::sqlite {

/// Belongs to the writer thread. The database has to outlive it.
class DocumentWriter {
 public:
  explicit DocumentWriter(Database& database);
  ~DocumentWriter();

  error_code open_collection(const Collection& collection);

  /// In order, until one fails. After kExists, kNotFound and kInvalid those before it are still applied;
  /// after another error the transaction is lost.
  error_code apply(const std::vector<Write>& writes);
  /// Can kExists, kNotFound or kInvalid come when something was applied already?
  static bool can_fail_halfway(const std::vector<Write>& writes);

 private:
  struct Statements;
  using Row = std::int64_t;

  Statements* find_collection(const std::string& name);
  error_code apply(Statements& statements, const Write& write);
  error_code insert(Statements& statements, const Document& document);
  error_code put(Statements& statements, const Document& document);
  error_code replace(Statements& statements, const Document& document);
  error_code set_state(Statements& statements, const Document& document);
  error_code erase(Statements& statements, const Document& document);
  Result<Row> find(Statements& statements, const std::string& key);

  Database& database_;
  std::unordered_map<std::string, std::unique_ptr<Statements>> collections_;
};

}  // namespace aesel::storage::sqlite
