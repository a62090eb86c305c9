// What the SQLite blob store does in a second: reading a blob that is in the page cache, as a download does,
// and taking uploads in. Every call is a coroutine on one io_context, with the store's threads behind it.
//
//   blob_bench [--benchmark_filter=...]      files go to TMPDIR
#include <benchmark/benchmark.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "storage/sqlite/sqlite_blob_store.hpp"

namespace aesel::storage {
namespace {

constexpr std::size_t kBlobBytes = 256 << 20;
constexpr std::size_t kUploadBytes = 64 << 20;

/// A store in a directory that goes with it.
class Place {
 public:
  Place() {
    std::string pattern = (std::filesystem::temp_directory_path() / "aesel_blob_bench_XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    directory_ = pattern;
    SqliteBlobOptions options;
    options.path = directory_ / "blobs.db";
    auto opened = open_sqlite_blob_store(options);
    if (!opened) std::abort();
    store_ = std::move(*opened);
  }
  ~Place() {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }
  BlobStore& store() { return *store_; }

 private:
  std::filesystem::path directory_;
  std::unique_ptr<BlobStore> store_;
};

void run(Task<> task) {
  boost::asio::io_context context(1);
  boost::asio::co_spawn(context, std::move(task), boost::asio::detached);
  context.run();
}

/// Bytes that repeat nowhere, and begin with the number, so that no two uploads are equal.
std::string noise(std::size_t bytes) {
  std::mt19937_64 random(7);
  std::string text(bytes, '\0');
  for (std::size_t at = 0; at + 8 <= bytes; at += 8) {
    const std::uint64_t word = random();
    std::copy_n(reinterpret_cast<const char*>(&word), 8, text.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return text;
}

Task<> upload(BlobStore& store, std::string key, std::uint64_t bytes, std::size_t piece_bytes) {
  std::string piece = noise(piece_bytes);
  piece.replace(0, key.size(), key);
  const std::unique_ptr<BlobUpload> blob = store.upload();
  for (std::uint64_t sent = 0; sent < bytes; sent += piece_bytes) {
    const Result<void> appended = co_await blob->append(piece);
    if (!appended) std::abort();
  }
  const Result<Blob> finished = co_await blob->finish(std::move(key));
  if (!finished) std::abort();
}

Task<> download(BlobStore& store, std::size_t piece_bytes) {
  std::string piece(piece_bytes, '\0');
  for (std::uint64_t offset = 0; offset < kBlobBytes;) {
    const Result<std::size_t> size = co_await store.read("blob", offset, piece);
    if (!size || *size == 0) std::abort();
    offset += *size;
  }
}

void read_256_mb(benchmark::State& state) {
  Place place;
  run(upload(place.store(), "blob", kBlobBytes, 1 << 20));
  const auto piece_bytes = static_cast<std::size_t>(state.range(0)) << 10;
  run(download(place.store(), piece_bytes));
  for (auto _ : state) run(download(place.store(), piece_bytes));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kBlobBytes));
}
BENCHMARK(read_256_mb)
    ->ArgName("piece_kb")
    ->Arg(64)
    ->Arg(256)
    ->Arg(1024)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void upload_64_mb(benchmark::State& state) {
  Place place;
  const auto piece_bytes = static_cast<std::size_t>(state.range(0)) << 10;
  int number = 0;
  for (auto _ : state) run(upload(place.store(), std::to_string(number++), kUploadBytes, piece_bytes));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kUploadBytes));
}
BENCHMARK(upload_64_mb)
    ->ArgName("piece_kb")
    ->Arg(64)
    ->Arg(1024)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(8);

/// One small file each time: what an upload costs beyond its bytes, the sync above all.
void upload_16_kb(benchmark::State& state) {
  Place place;
  int number = 0;
  for (auto _ : state) run(upload(place.store(), std::to_string(number++), 16 << 10, 16 << 10));
}
BENCHMARK(upload_16_kb)->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace aesel::storage

BENCHMARK_MAIN();
