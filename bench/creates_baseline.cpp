// creates_baseline: how many new objects per second SQLite itself makes durable in groups of a given size:
// the server's own tables, rows and settings, one thread, nothing around it.
//   creates_baseline --path FILE --group G [--seconds S]      prints one JSON object
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "objects/stored.hpp"
#include "storage/sqlite/document_schema.hpp"
#include "storage/sqlite/document_tables.hpp"

namespace {

using namespace aesel;
using storage::sqlite::Database;
using storage::sqlite::Statement;

struct Arguments {
  std::string path;
  int group = 32;
  double seconds = 3;
};

constexpr const char* kCollection = "object";
constexpr const char* kSettings =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = "
    "-16384;"
    "PRAGMA journal_size_limit = 33554432;";

error_code prepare_file(Database& database) {
  if (const error_code error = database.execute(kSettings)) return error;
  if (const error_code error = storage::sqlite::migrate(database, storage::sqlite::document_schema()))
    return error;
  return storage::sqlite::make_tables(database, {kCollection, {}});
}

/// Adds objects like those that bench/creates.lua asks for.
class Inserter {
 public:
  static Result<Inserter> make(Database& database) {
    Inserter inserter;
    auto document = database.prepare(storage::sqlite::for_collection(
        "INSERT INTO $D(key, body) VALUES(?1, ?2) ON CONFLICT(key) DO NOTHING", kCollection));
    auto state = database.prepare(
        storage::sqlite::for_collection("INSERT INTO $S(sequence, state) VALUES(?1, ?2)", kCollection));
    if (!document) return document.error();
    if (!state) return state.error();
    inserter.document_ = std::move(*document);
    inserter.state_ = std::move(*state);
    inserter.object_.scene = "creates";
    inserter.object_.type = "mesh";
    return inserter;
  }

  error_code add(Database& database) {
    object_.name = "object-" + std::to_string(++made_);
    const std::string key = format_key(keys_.next(system_clock().wall_ns()));
    const std::string body = objects::stored_body(object_);
    const std::string state = objects::stored_state(object_);
    document_.bind(1, std::string_view(key));
    document_.bind(2, std::string_view(body));
    if (const error_code error = document_.run()) return error;
    state_.bind(1, database.last_insert_rowid());
    state_.bind_blob(2, state);
    return state_.run();
  }

 private:
  Statement document_;
  Statement state_;
  KeyGenerator keys_;
  objects::Object object_;
  std::uint64_t made_ = 0;
};

struct Count {
  std::int64_t rows = 0;
  std::int64_t commits = 0;
  double seconds = 0;
};

Result<Count> insert_for(Database& database, Inserter& inserter, const Arguments& arguments) {
  auto begin = database.prepare("BEGIN IMMEDIATE");
  auto commit = database.prepare("COMMIT");
  if (!begin) return begin.error();
  if (!commit) return commit.error();
  const auto start = std::chrono::steady_clock::now();
  Count count;
  while (count.seconds < arguments.seconds) {
    if (const error_code error = begin->run()) return error;
    for (int i = 0; i < arguments.group; ++i) {
      if (const error_code error = inserter.add(database)) return error;
    }
    if (const error_code error = commit->run()) return error;
    count.rows += arguments.group;
    ++count.commits;
    count.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  return count;
}

Result<Count> run(const Arguments& arguments) {
  auto database = Database::open(arguments.path, Database::Access::kReadWrite, 2000);
  if (!database) return database.error();
  if (const error_code error = prepare_file(*database)) return error;
  auto inserter = Inserter::make(*database);
  if (!inserter) return inserter.error();
  return insert_for(*database, *inserter, arguments);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("New objects per second that SQLite makes durable in groups of a given size.");
  app.add_option("--path", arguments.path, "of a file that does not exist yet")->required();
  app.add_option("--group", arguments.group, "objects per commit")->check(CLI::PositiveNumber);
  app.add_option("--seconds", arguments.seconds, "how long");
  CLI11_PARSE(app, argc, argv);
  const auto count = run(arguments);
  if (!count) {
    std::fprintf(stderr, "creates_baseline: %s: %s\n", arguments.path.c_str(),
                 count.error().message().c_str());
    return 1;
  }
  nlohmann::ordered_json json;
  json["group"] = arguments.group;
  json["rows"] = count->rows;
  json["commits"] = count->commits;
  json["rows_per_s"] = static_cast<double>(count->rows) / count->seconds;
  std::puts(json.dump().c_str());
  return 0;
}
