// The scene graph in its tables (schema.cpp): changes on the writer's connection, and reading all of it.
#pragma once

#include <memory>

#include "storage/graph_store.hpp"
#include "storage/sqlite/database.hpp"

namespace aesel::storage::sqlite {

/// Belongs to the writer thread. The database has to outlive it.
class GraphWriter {
 public:
  explicit GraphWriter(Database& database);
  ~GraphWriter();

  /// Inside the transaction that the writer opened. REQUIRES: is_valid(change).
  error_code apply(const GraphChange& change);

 private:
  struct Statements;

  Result<Statements*> prepared();
  error_code run(Statements& statements, const PutScene& change);
  error_code run(Statements& statements, const EraseScene& change);
  error_code run(Statements& statements, const PutRegistration& change);
  error_code run(Statements& statements, const EraseRegistration& change);
  error_code run(Statements& statements, const PutLink& change);

  Database& database_;
  std::unique_ptr<Statements> statements_;  // made by the first change
};

/// Everything there is, as of one moment.
Result<GraphContents> read_graph(Database& database);

}  // namespace aesel::storage::sqlite
