// For blob_kill_test: uploads and erases, several at once, and says what was confirmed. Never ends by itself.
//   aesel_storage_blob_kill_helper STORE PREFIX
// "began KEY", then "has KEY SHA256" or, for an upload that is never finished, nothing more; "erasing KEY",
// then "erased KEY".
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <random>
#include <string>

#include "storage/sqlite/sqlite_blob_store.hpp"

namespace aesel::storage {
namespace {

bool say(const std::string& line) {
  const std::string text = line + "\n";
  return ::write(STDOUT_FILENO, text.data(), text.size()) > 0;
}

/// Every third upload is dropped half-way, every other finished one erased.
Task<> come_and_go(BlobStore& store, std::string name) {
  std::mt19937_64 random(std::hash<std::string>{}(name));
  for (int i = 0;; ++i) {
    const std::string key = name + "." + std::to_string(i);
    std::string piece(100'000, static_cast<char>(random()));
    piece.replace(0, key.size(), key);
    if (i % 4 == 3) piece.assign(piece.size(), 'e');  // equal to others
    const std::uint64_t pieces = 1 + random() % 30;
    if (!say("began " + key)) co_return;
    const std::unique_ptr<BlobUpload> upload = store.upload();
    for (std::uint64_t sent = 0; sent < pieces; ++sent) {
      const Result<void> appended = co_await upload->append(piece);
      if (!appended) co_return;
    }
    if (i % 3 == 2) continue;
    const Result<Blob> finished = co_await upload->finish(key);
    if (!finished) co_return;
    if (!say("has " + key + " " + finished->sha256)) co_return;
    if (i % 2 == 0) continue;
    if (!say("erasing " + key)) co_return;
    std::vector<std::string> keys{key};
    const Result<void> erased = co_await store.erase(std::move(keys));
    if (!erased || !say("erased " + key)) co_return;
  }
}

int run(const char* path, const std::string& prefix) {
  SqliteBlobOptions options;
  options.path = path;
  auto store = open_sqlite_blob_store(options);
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().message.c_str());
    return 1;
  }
  boost::asio::io_context context(1);
  for (int client = 0; client < 6; ++client) {
    boost::asio::co_spawn(context, come_and_go(**store, prefix + "." + std::to_string(client)),
                          boost::asio::detached);
  }
  context.run();
  return 0;
}

}  // namespace
}  // namespace aesel::storage

int main(int argc, char** argv) {
  return argc == 3 ? aesel::storage::run(argv[1], argv[2]) : 2;
}
