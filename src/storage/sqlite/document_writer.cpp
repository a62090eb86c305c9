// Every statement is prepared once per collection. The insert is the one that has to be fast: it looks the
// key up, adds the body, and adds a state only if there is one.
#include "storage/sqlite/document_writer.hpp"

#include <algorithm>

#include "storage/error.hpp"
#include "storage/sqlite/document_tables.hpp"

namespace aesel::storage::sqlite {

using Kind = Write::Kind;

struct DocumentWriter::Statements {
  Statement insert, find, set_body, replace, put_state, set_state, erase, erase_state;
};

DocumentWriter::DocumentWriter(Database& database) : database_(database) {}

DocumentWriter::~DocumentWriter() = default;

error_code DocumentWriter::open_collection(const Collection& collection) {
  if (const error_code error = make_tables(database_, collection)) return error;
  if (collections_.contains(collection.name)) return {};
  auto made = std::make_unique<Statements>();
  struct Source {
    Statement& statement;
    const char* sql;
  };
  const Source sources[] = {
      {made->insert, "INSERT INTO $D(key, body) VALUES(?1, ?2) ON CONFLICT(key) DO NOTHING"},
      {made->find, "SELECT sequence FROM $D WHERE key = ?1"},
      {made->set_body, "UPDATE $D SET body = ?2 WHERE sequence = ?1"},
      {made->replace, "UPDATE $D SET body = ?2 WHERE key = ?1"},
      {made->put_state,
       "INSERT INTO $S(sequence, state) VALUES(?1, ?2) "
       "ON CONFLICT(sequence) DO UPDATE SET state = excluded.state"},
      {made->set_state,
       "INSERT INTO $S(sequence, state) SELECT sequence, ?2 FROM $D WHERE key = ?1 "
       "ON CONFLICT(sequence) DO UPDATE SET state = excluded.state"},
      {made->erase, "DELETE FROM $D WHERE sequence = ?1"},
      {made->erase_state, "DELETE FROM $S WHERE sequence = ?1"},
  };
  for (const Source& source : sources) {
    Result<Statement> statement = database_.prepare(for_collection(source.sql, collection.name));
    if (!statement) return statement.error();
    source.statement = std::move(*statement);
  }
  collections_.emplace(collection.name, std::move(made));
  return {};
}

DocumentWriter::Statements* DocumentWriter::find_collection(const std::string& name) {
  const auto found = collections_.find(name);
  return found == collections_.end() ? nullptr : found->second.get();
}

bool DocumentWriter::can_fail_halfway(const std::vector<Write>& writes) {
  const auto can_fail = [](const Write& write) {
    return write.kind != Kind::kSetState && write.kind != Kind::kErase;
  };
  return writes.size() > 1 && std::any_of(writes.begin() + 1, writes.end(), can_fail);
}

error_code DocumentWriter::apply(const std::vector<Write>& writes) {
  for (const Write& write : writes) {
    if (write.document.key.empty() || find_collection(write.collection) == nullptr) return Errc::kInvalid;
  }
  for (const Write& write : writes) {
    if (const error_code error = apply(*find_collection(write.collection), write)) return error;
  }
  return {};
}

error_code DocumentWriter::apply(Statements& statements, const Write& write) {
  switch (write.kind) {
    case Kind::kInsert:
      return insert(statements, write.document);
    case Kind::kPut:
      return put(statements, write.document);
    case Kind::kReplace:
      return replace(statements, write.document);
    case Kind::kSetState:
      return set_state(statements, write.document);
    case Kind::kErase:
      return erase(statements, write.document);
  }
  return Errc::kInvalid;
}

error_code DocumentWriter::insert(Statements& statements, const Document& document) {
  statements.insert.bind(1, document.key);
  statements.insert.bind(2, document.body);
  if (const error_code error = statements.insert.run()) return error;
  if (database_.changes() == 0) return Errc::kExists;
  if (document.state.empty()) return {};
  statements.put_state.bind(1, database_.last_insert_rowid());
  statements.put_state.bind_blob(2, document.state);
  return statements.put_state.run();
}

error_code DocumentWriter::put(Statements& statements, const Document& document) {
  const Result<Row> row = find(statements, document.key);
  if (!row) return row.error() == Errc::kNotFound ? insert(statements, document) : row.error();
  statements.set_body.bind(1, *row);
  statements.set_body.bind(2, document.body);
  if (const error_code error = statements.set_body.run()) return error;
  statements.put_state.bind(1, *row);
  statements.put_state.bind_blob(2, document.state);
  return statements.put_state.run();
}

error_code DocumentWriter::replace(Statements& statements, const Document& document) {
  statements.replace.bind(1, document.key);
  statements.replace.bind(2, document.body);
  if (const error_code error = statements.replace.run()) return error;
  if (database_.changes() == 0) return Errc::kNotFound;
  return {};
}

error_code DocumentWriter::set_state(Statements& statements, const Document& document) {
  statements.set_state.bind(1, document.key);
  statements.set_state.bind_blob(2, document.state);
  return statements.set_state.run();
}

error_code DocumentWriter::erase(Statements& statements, const Document& document) {
  const Result<Row> row = find(statements, document.key);
  if (!row) return row.error() == Errc::kNotFound ? error_code{} : row.error();
  statements.erase_state.bind(1, *row);
  if (const error_code error = statements.erase_state.run()) return error;
  statements.erase.bind(1, *row);
  return statements.erase.run();
}

Result<DocumentWriter::Row> DocumentWriter::find(Statements& statements, const std::string& key) {
  statements.find.bind(1, key);
  const RunGuard guard(statements.find);
  const Result<bool> row = statements.find.step();
  if (!row) return row.error();
  if (!*row) return make_error_code(Errc::kNotFound);
  return statements.find.integer(0);
}

}  // namespace aesel::storage::sqlite
