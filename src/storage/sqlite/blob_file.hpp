// BlobFile: looks into the file of a blob store beside the store, for tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "storage/sqlite/database.hpp"

namespace aesel::storage::sqlite::testing {

class BlobFile {
 public:
  explicit BlobFile(std::filesystem::path path) : path_(std::move(path)) {}

  std::int64_t integer(const std::string& sql) const {
    auto database = Database::open(path_, Database::Access::kReadOnly, 2000);
    if (!database) return -1;
    const auto value = database->integer(sql);
    return value ? *value : -1;
  }
  std::int64_t contents() const { return integer("SELECT count(*) FROM contents"); }
  std::int64_t chunks() const { return integer("SELECT count(*) FROM chunks"); }
  std::int64_t free_pages() const { return integer("PRAGMA freelist_count"); }
  std::uint64_t bytes() const { return std::filesystem::file_size(path_); }
  std::uint64_t log_bytes() const {
    std::error_code missing;
    const auto size = std::filesystem::file_size(path_.string() + "-wal", missing);
    return missing ? 0 : size;
  }

  /// Waits until the store has deleted what nobody wants and has given the space back.
  void wait_until_tidy() const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!is_tidy()) {
      ASSERT_LT(std::chrono::steady_clock::now(), end)
          << contents() << " contents, " << chunks() << " chunks, " << free_pages() << " free pages";
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

 private:
  bool is_tidy() const {
    return integer("SELECT count(*) FROM contents WHERE sha256 IS NULL") == 0 &&
           integer("SELECT count(*) FROM chunks WHERE (id >> 24) NOT IN (SELECT content FROM blobs)") == 0 &&
           free_pages() == 0;
  }

  std::filesystem::path path_;
};

}  // namespace aesel::storage::sqlite::testing
