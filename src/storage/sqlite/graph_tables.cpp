// Poses are seven REAL columns rather than a blob, so that a person with the sqlite3 shell can read them.
#include "storage/sqlite/graph_tables.hpp"

#include <functional>

namespace aesel::storage::sqlite {
namespace {

void bind_pose(Statement& statement, int first, const StoredPose& pose) {
  for (const double value : {pose.w, pose.qx, pose.qy, pose.qz, pose.x, pose.y, pose.z}) {
    statement.bind(first++, value);
  }
}

StoredPose pose_at(const Statement& row, int first) {
  return {row.real(first),     row.real(first + 1), row.real(first + 2), row.real(first + 3),
          row.real(first + 4), row.real(first + 5), row.real(first + 6)};
}

std::string text_at(const Statement& row, int column) {
  return std::string(row.text(column));
}

error_code for_each_row(Database& database, std::string_view sql,
                        const std::function<void(const Statement&)>& visit) {
  Result<Statement> statement = database.prepare(sql);
  if (!statement) return statement.error();
  for (;;) {
    const Result<bool> row = statement->step();
    if (!row) return row.error();
    if (!*row) return {};
    visit(*statement);
  }
}

error_code read_all(Database& database, GraphContents& contents) {
  error_code error =
      for_each_row(database, "SELECT key, body FROM scenes ORDER BY key", [&](const Statement& row) {
        contents.scenes.push_back({text_at(row, 0), text_at(row, 1)});
      });
  if (error) return error;
  error = for_each_row(database,
                       "SELECT scene, device, body, sequence, w, qx, qy, qz, x, y, z FROM registrations "
                       "ORDER BY sequence, scene, device",
                       [&](const Statement& row) {
                         contents.registrations.push_back({text_at(row, 0), text_at(row, 1), text_at(row, 2),
                                                           pose_at(row, 4), row.integer(3)});
                       });
  if (error) return error;
  return for_each_row(
      database,
      "SELECT from_scene, to_scene, w, qx, qy, qz, x, y, z FROM links ORDER BY from_scene, to_scene",
      [&](const Statement& row) {
        contents.links.push_back({text_at(row, 0), text_at(row, 1), pose_at(row, 2)});
      });
}

}  // namespace

struct GraphWriter::Statements {
  Statement put_scene, erase_scene, erase_scene_registrations, erase_scene_links;
  Statement put_registration, erase_registration, put_link;
};

GraphWriter::GraphWriter(Database& database) : database_(database) {}

GraphWriter::~GraphWriter() = default;

Result<GraphWriter::Statements*> GraphWriter::prepared() {
  if (statements_) return statements_.get();
  auto made = std::make_unique<Statements>();
  struct Source {
    Statement& statement;
    const char* sql;
  };
  const Source sources[] = {
      {made->put_scene,
       "INSERT INTO scenes(key, body) VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET body = excluded.body"},
      {made->erase_scene, "DELETE FROM scenes WHERE key = ?1"},
      {made->erase_scene_registrations, "DELETE FROM registrations WHERE scene = ?1"},
      {made->erase_scene_links, "DELETE FROM links WHERE from_scene = ?1 OR to_scene = ?1"},
      {made->put_registration,
       "INSERT OR REPLACE INTO registrations(scene, device, body, sequence, w, qx, qy, qz, x, y, z) "
       "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"},
      {made->erase_registration, "DELETE FROM registrations WHERE scene = ?1 AND device = ?2"},
      {made->put_link,
       "INSERT OR REPLACE INTO links(from_scene, to_scene, w, qx, qy, qz, x, y, z) "
       "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"},
  };
  for (const Source& source : sources) {
    Result<Statement> statement = database_.prepare(source.sql);
    if (!statement) return statement.error();
    source.statement = std::move(*statement);
  }
  statements_ = std::move(made);
  return statements_.get();
}

error_code GraphWriter::apply(const GraphChange& change) {
  const Result<Statements*> statements = prepared();
  if (!statements) return statements.error();
  return std::visit([&](const auto& kind) { return run(**statements, kind); }, change);
}

error_code GraphWriter::run(Statements& statements, const PutScene& change) {
  statements.put_scene.bind(1, change.scene.key);
  statements.put_scene.bind(2, change.scene.body);
  return statements.put_scene.run();
}

error_code GraphWriter::run(Statements& statements, const EraseScene& change) {
  for (Statement* erase :
       {&statements.erase_scene, &statements.erase_scene_registrations, &statements.erase_scene_links}) {
    erase->bind(1, change.key);
    if (const error_code error = erase->run()) return error;
  }
  return {};
}

error_code GraphWriter::run(Statements& statements, const PutRegistration& change) {
  const StoredRegistration& registration = change.registration;
  Statement& put = statements.put_registration;
  put.bind(1, registration.scene);
  put.bind(2, registration.device);
  put.bind(3, registration.body);
  put.bind(4, registration.sequence);
  bind_pose(put, 5, registration.device_to_scene);
  return put.run();
}

error_code GraphWriter::run(Statements& statements, const EraseRegistration& change) {
  statements.erase_registration.bind(1, change.scene);
  statements.erase_registration.bind(2, change.device);
  return statements.erase_registration.run();
}

error_code GraphWriter::run(Statements& statements, const PutLink& change) {
  statements.put_link.bind(1, change.link.from);
  statements.put_link.bind(2, change.link.to);
  bind_pose(statements.put_link, 3, change.link.from_to);
  return statements.put_link.run();
}

Result<GraphContents> read_graph(Database& database) {
  if (const error_code error = database.execute("BEGIN")) return error;
  GraphContents contents;
  const error_code error = read_all(database, contents);
  database.execute("ROLLBACK");
  if (error) return error;
  return contents;
}

}  // namespace aesel::storage::sqlite
