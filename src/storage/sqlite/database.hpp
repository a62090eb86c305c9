// Database and Statement: the only two types that know the C interface of SQLite. A Database is one
// connection; it and its statements belong to one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace aesel::storage::sqlite {

/// A prepared statement, made once and run often. Bound text is not copied: it must live until the run ends.
class Statement {
 public:
  Statement() = default;

  void bind(int parameter, std::string_view text);
  void bind_blob(int parameter, std::string_view bytes);
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, double value);

  /// True: a row is there to be read. False: the end, and the statement can run again. On an error, too.
  Result<bool> step();
  /// Runs to the end and ignores rows.
  error_code run();
  /// Ends a run before its last row.
  void reset();

  /// Columns of the current row; views are valid until the next step or reset. NULL is empty or zero.
  std::string_view text(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : handle_(statement) {}

  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// Ends a statement's run when it goes out of scope, whatever happened in between.
class RunGuard {
 public:
  explicit RunGuard(Statement& statement) : statement_(statement) {}
  ~RunGuard() { statement_.reset(); }
  RunGuard(const RunGuard&) = delete;
  RunGuard& operator=(const RunGuard&) = delete;

 private:
  Statement& statement_;
};

/// One connection. Closes in the destructor; statements may outlive it but must not be run then.
class Database {
 public:
  enum class Access {
    kReadWrite,  // creates the file
    kReadOnly,
  };

  /// Errors: those of to_error; `reason`, when given, receives SQLite's own words.
  static Result<Database> open(const std::filesystem::path& path, Access access, int busy_timeout_ms,
                               std::string* reason = nullptr);

  Result<Statement> prepare(std::string_view sql);
  /// Runs every statement in `sql`.
  error_code execute(const std::string& sql);
  /// The first column of the first row as a number; 0 when there is no row.
  Result<std::int64_t> integer(std::string_view sql);
  Result<std::string> text(std::string_view sql);

  /// SQLite's words about the latest error.
  std::string reason() const;
  bool in_transaction() const;
  bool is_read_only() const;
  std::int64_t changes() const;
  std::int64_t last_insert_rowid() const;

  /// Fills `into` from the bytes at `offset` of a value, without making a copy of the value first. Errors:
  /// kCorrupt when there is no such row or not that much in it.
  struct ValuePlace {
    const char* table = "";
    const char* column = "";
    std::int64_t row = 0;
  };
  error_code read_value(const ValuePlace& place, std::size_t offset, std::span<char> into);

  /// From now on every commit says how many pages the write-ahead log has, and SQLite folds it into the file
  /// only when told to. `pages` has to outlive the connection.
  void watch_log(int& pages);

  enum class AtClose { kKeepLog, kFoldLog };
  /// Whether the last connection moves the write-ahead log into the file when it closes (the default).
  void set_at_close(AtClose what);

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Database(sqlite3* database) : handle_(database) {}

  std::unique_ptr<sqlite3, Close> handle_;
};

/// A result code of SQLite in the store's own words. A failed write because of a full disk arrives in two
/// ways, as SQLITE_FULL and as an input/output error, so the system's error number is looked at, too.
error_code to_error(int result_code, int system_errno);

}  // namespace aesel::storage::sqlite
