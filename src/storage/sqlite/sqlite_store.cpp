// The two stores over one engine. Each call is a job that lives in its coroutine's frame while a thread of
// the engine does it; after it was resumed a coroutine touches nothing but its own job, so a store may be
// gone by then.
#include "storage/sqlite/sqlite_store.hpp"

#include <utility>

#include "storage/document_rules.hpp"
#include "storage/error.hpp"
#include "storage/graph_rules.hpp"
#include "storage/sqlite/engine.hpp"

namespace aesel::storage {
namespace {

using sqlite::DocumentReader;
using sqlite::DocumentWriter;
using sqlite::Engine;
using sqlite::ReadJob;
using sqlite::WriteJob;
using sqlite::WriteSession;

struct OpenJob final : WriteJob {
  explicit OpenJob(const Collection& opened) : collection(opened) {}
  error_code apply(WriteSession& session) override { return session.documents.open_collection(collection); }
  Isolation isolation() const override { return Isolation::kSavepoint; }

  const Collection& collection;
};

struct DocumentsJob final : WriteJob {
  explicit DocumentsJob(std::vector<Write> list) : writes(std::move(list)) {}
  error_code apply(WriteSession& session) override { return session.documents.apply(writes); }
  Isolation isolation() const override {
    return DocumentWriter::can_fail_halfway(writes) ? Isolation::kSavepoint : Isolation::kNone;
  }

  std::vector<Write> writes;
};

/// Valid graph changes fail only together with the whole group.
struct GraphJob final : WriteJob {
  explicit GraphJob(std::vector<GraphChange> list) : changes(std::move(list)) {}
  error_code apply(WriteSession& session) override {
    for (const GraphChange& change : changes) {
      if (const error_code failed = session.graph.apply(change)) return failed;
    }
    return {};
  }
  Isolation isolation() const override { return Isolation::kNone; }

  std::vector<GraphChange> changes;
};

struct ProbeJob final : WriteJob {
  error_code apply(WriteSession& session) override {
    return session.database.execute(
        "INSERT INTO probe(id, checks) VALUES(1, 1) ON CONFLICT(id) DO UPDATE SET checks = checks + 1");
  }
  Isolation isolation() const override { return Isolation::kNone; }
};

struct KnowJob final : ReadJob {
  explicit KnowJob(const std::string& opened) : collection(opened) {}
  void read(DocumentReader& documents) override { documents.open_collection(collection); }

  const std::string& collection;
};

struct PingJob final : ReadJob {
  void read(DocumentReader&) override {}
};

struct GetJob final : ReadJob {
  GetJob(std::string where, std::string which) : collection(std::move(where)), key(std::move(which)) {}
  void read(DocumentReader& documents) override { result = documents.get(collection, key); }

  std::string collection, key;
  Result<Document> result = make_error_code(Errc::kUnavailable);
};

struct FindJob final : ReadJob {
  FindJob(std::string where, Query what) : collection(std::move(where)), query(std::move(what)) {}
  void read(DocumentReader& documents) override { result = documents.find(collection, query); }

  std::string collection;
  Query query;
  Result<std::vector<Document>> result = make_error_code(Errc::kUnavailable);
};

struct CountJob final : ReadJob {
  CountJob(std::string where, Query what) : collection(std::move(where)), query(std::move(what)) {}
  void read(DocumentReader& documents) override { result = documents.count(collection, query); }

  std::string collection;
  Query query;
  Result<std::uint64_t> result = make_error_code(Errc::kUnavailable);
};

/// Can both threads do their work?
Task<Result<void>> check_engine(Engine& engine) {
  PingJob ping;
  ProbeJob probe;
  co_await engine.reader().run(ping);
  if (ping.error) co_return ping.error;
  co_await engine.writer().run(probe);
  if (probe.error) co_return probe.error;
  co_return Result<void>{};
}

class SqliteDocumentStore final : public DocumentStore {
 public:
  explicit SqliteDocumentStore(std::shared_ptr<Engine> engine) : engine_(std::move(engine)) {}

  Result<void> open_collection(const Collection& collection) override {
    if (!is_valid(collection)) return make_error_code(Errc::kInvalid);
    OpenJob open(collection);
    engine_->writer().run_blocking(open);
    if (open.error) return open.error;
    KnowJob know(collection.name);
    engine_->reader().run_blocking(know);
    if (know.error) return know.error;
    engine_->remember_collection(collection.name);
    return {};
  }

  Task<Result<Document>> get(std::string collection, std::string key) override {
    GetJob job(std::move(collection), std::move(key));
    co_await engine_->reader().run(job);
    if (job.error) co_return job.error;
    co_return std::move(job.result);
  }

  Task<Result<std::vector<Document>>> find(std::string collection, Query query) override {
    FindJob job(std::move(collection), std::move(query));
    co_await engine_->reader().run(job);
    if (job.error) co_return job.error;
    co_return std::move(job.result);
  }

  Task<Result<std::uint64_t>> count(std::string collection, Query query) override {
    CountJob job(std::move(collection), std::move(query));
    co_await engine_->reader().run(job);
    if (job.error) co_return job.error;
    co_return std::move(job.result);
  }

  Task<Result<void>> write(std::vector<Write> writes) override {
    DocumentsJob job(std::move(writes));
    co_await engine_->writer().run(job);
    if (job.error) co_return job.error;
    co_return Result<void>{};
  }

  Result<void> scan(const std::string& collection,
                    const std::function<bool(const DocumentView&)>& visit) override {
    if (!engine_->knows_collection(collection)) return make_error_code(Errc::kInvalid);
    Result<sqlite::Database> database = engine_->connect();
    if (!database) return database.error();
    DocumentReader documents(*database);
    documents.open_collection(collection);
    return documents.scan(collection, visit);
  }

  Task<Result<void>> check() override { return check_engine(*engine_); }

 private:
  std::shared_ptr<Engine> engine_;
};

class SqliteGraphStore final : public GraphStore {
 public:
  explicit SqliteGraphStore(std::shared_ptr<Engine> engine) : engine_(std::move(engine)) {}

  Result<GraphContents> load() override {
    Result<sqlite::Database> database = engine_->connect();
    if (!database) return database.error();
    return sqlite::read_graph(*database);
  }

  Task<Result<void>> apply(std::vector<GraphChange> changes) override {
    if (!is_valid(changes)) co_return make_error_code(Errc::kInvalid);
    GraphJob job(std::move(changes));
    co_await engine_->writer().run(job);
    if (job.error) co_return job.error;
    co_return Result<void>{};
  }

  Task<Result<void>> check() override { return check_engine(*engine_); }

 private:
  std::shared_ptr<Engine> engine_;
};

}  // namespace

Result<SqliteStore, OpenError> open_sqlite_store(const SqliteOptions& options) {
  Result<std::unique_ptr<Engine>, OpenError> engine = sqlite::open_engine(options);
  if (!engine) return engine.error();
  const std::shared_ptr<Engine> shared = std::move(*engine);  // two owners: each store may go first
  SqliteStore store;
  store.documents = std::make_unique<SqliteDocumentStore>(shared);
  store.graph = std::make_unique<SqliteGraphStore>(shared);
  return store;
}

}  // namespace aesel::storage
