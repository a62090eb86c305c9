// Wraps the C interface. Connections are opened without SQLite's own mutex: one thread uses one at a time.
#include "storage/sqlite/database.hpp"

#include <sqlite3.h>

#include <cerrno>

#include "base/check.hpp"
#include "storage/error.hpp"

namespace aesel::storage::sqlite {
namespace {

/// The error of the call just made. Takes the system's number from errno, which the caller has cleared
/// before: sqlite3_system_errno stays 0 when a commit fails to write.
error_code last_error(sqlite3* database) {
  const int system_errno = errno;
  return to_error(sqlite3_extended_errcode(database), system_errno);
}

/// SQLite takes a null pointer for NULL; an empty view may hold one.
const char* not_null(std::string_view text) {
  return text.data() == nullptr ? "" : text.data();
}

/// Text that is too large for SQLite (a gigabyte) is bound as NULL: it finds nothing and cannot be stored.
void check_bound(int code) {
  CHECK(code == SQLITE_OK || code == SQLITE_TOOBIG);
}

bool is_out_of_space(int system_errno) {
  return system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG;
}

}  // namespace

error_code to_error(int result_code, int system_errno) {
  switch (result_code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
      return {};
    case SQLITE_FULL:
      return Errc::kFull;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return is_out_of_space(system_errno) ? Errc::kFull : Errc::kUnavailable;
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
    case SQLITE_RANGE:
    case SQLITE_MISMATCH:
      return Errc::kInvalid;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT:
      return Errc::kUnavailable;
    default:
      return Errc::kCorrupt;
  }
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void Statement::bind(int parameter, std::string_view text) {
  check_bound(
      sqlite3_bind_text64(handle_.get(), parameter, not_null(text), text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::bind_blob(int parameter, std::string_view bytes) {
  check_bound(sqlite3_bind_blob64(handle_.get(), parameter, not_null(bytes), bytes.size(), SQLITE_STATIC));
}

void Statement::bind(int parameter, std::int64_t value) {
  check_bound(sqlite3_bind_int64(handle_.get(), parameter, value));
}

void Statement::bind(int parameter, double value) {
  check_bound(sqlite3_bind_double(handle_.get(), parameter, value));
}

Result<bool> Statement::step() {
  errno = 0;
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  error_code error;
  if (code != SQLITE_DONE) error = last_error(sqlite3_db_handle(handle_.get()));
  sqlite3_reset(handle_.get());
  if (error) return {boost::system::in_place_error, error};
  return false;
}

error_code Statement::run() {
  for (;;) {
    const Result<bool> row = step();
    if (!row) return row.error();
    if (!*row) return {};
  }
}

void Statement::reset() {
  sqlite3_reset(handle_.get());
}

std::string_view Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(handle_.get(), column);
  const int size = sqlite3_column_bytes(handle_.get(), column);
  return {static_cast<const char*>(bytes), bytes == nullptr ? 0 : static_cast<std::size_t>(size)};
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(handle_.get(), column);
}

void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

Result<Database> Database::open(const std::filesystem::path& path, Access access, int busy_timeout_ms,
                                std::string* reason) {
  const int flags =
      access == Access::kReadWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  sqlite3* handle = nullptr;
  errno = 0;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(handle);
  const int system_errno = errno;
  if (code != SQLITE_OK) {
    if (reason != nullptr) *reason = handle == nullptr ? "out of memory" : database.reason();
    return to_error(code, system_errno);
  }
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, busy_timeout_ms);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  return database;
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  errno = 0;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code == SQLITE_OK) return Statement(statement);
  return last_error(handle_.get());
}

error_code Database::execute(const std::string& sql) {
  errno = 0;
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? error_code{} : last_error(handle_.get());
}

Result<std::int64_t> Database::integer(std::string_view sql) {
  Result<Statement> statement = prepare(sql);
  if (!statement) return statement.error();
  const Result<bool> row = statement->step();
  if (!row) return row.error();
  return *row ? statement->integer(0) : 0;
}

Result<std::string> Database::text(std::string_view sql) {
  Result<Statement> statement = prepare(sql);
  if (!statement) return statement.error();
  const Result<bool> row = statement->step();
  if (!row) return row.error();
  return std::string(*row ? statement->text(0) : std::string_view{});
}

std::string Database::reason() const {
  return sqlite3_errmsg(handle_.get());
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(handle_.get()) == 0;
}

bool Database::is_read_only() const {
  return sqlite3_db_readonly(handle_.get(), "main") == 1;
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(handle_.get());
}

std::int64_t Database::last_insert_rowid() const {
  return sqlite3_last_insert_rowid(handle_.get());
}

error_code Database::read_value(const ValuePlace& place, std::size_t offset, std::span<char> into) {
  errno = 0;
  sqlite3_blob* blob = nullptr;
  int code = sqlite3_blob_open(handle_.get(), "main", place.table, place.column, place.row, 0, &blob);
  if (code == SQLITE_OK) {
    code = sqlite3_blob_read(blob, into.data(), static_cast<int>(into.size()), static_cast<int>(offset));
  }
  const error_code error = to_error(code, errno);
  sqlite3_blob_close(blob);
  return error;
}

void Database::watch_log(int& pages) {
  const auto note = [](void* counter, sqlite3*, const char*, int in_log) {
    *static_cast<int*>(counter) = in_log;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(handle_.get(), note, &pages);
}

void Database::set_at_close(AtClose what) {
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, what == AtClose::kKeepLog ? 1 : 0,
                    nullptr);
}

}  // namespace aesel::storage::sqlite
