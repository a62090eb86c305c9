// For kill_test: writes pairs of documents to a store, many at once, and prints a line with the first key of
// a pair when it was confirmed. Never ends by itself: it is killed, or its output is closed.
//   aesel_storage_kill_helper STORE PREFIX
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <string>

#include "storage/sqlite/sqlite_store.hpp"

namespace aesel::storage {
namespace {

Task<> write_pairs(DocumentStore& store, std::string prefix) {
  for (int i = 0;; ++i) {
    const std::string key = prefix + "." + std::to_string(i);
    const std::string body = R"({"name":")" + key + R"("})";
    std::vector<Write> writes;
    writes.push_back({Write::Kind::kInsert, "things", {key, body, key}});
    writes.push_back({Write::Kind::kInsert, "things", {key + "+", body, key}});
    const Result<void> done = co_await store.write(std::move(writes));
    if (!done) co_return;
    const std::string line = key + "\n";
    if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) co_return;
  }
}

int run(const char* path, const std::string& prefix) {
  SqliteOptions options;
  options.path = path;
  auto store = open_sqlite_store(options);
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().message.c_str());
    return 1;
  }
  const Collection things{"things", {"name"}};
  if (!store->documents->open_collection(things)) return 1;
  boost::asio::io_context context(1);
  for (int writer = 0; writer < 16; ++writer) {
    boost::asio::co_spawn(context, write_pairs(*store->documents, prefix + "." + std::to_string(writer)),
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
