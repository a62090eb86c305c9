// kill -9 while many write: every confirmed pair is there afterwards, and no pair is there by half.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <random>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "storage/contract_tests/scratch_directory.hpp"
#include "storage/sqlite/sqlite_store.hpp"

extern char** environ;

namespace aesel::storage {
namespace {

/// Runs the helper, kills it when it has confirmed at least `lines`, and returns everything it confirmed.
std::set<std::string> confirmed_before_kill(const std::filesystem::path& store, const std::string& prefix,
                                            std::ptrdiff_t lines) {
  std::array<int, 2> pipe_ends{};
  if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return {};
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  std::string program = AESEL_STORAGE_KILL_HELPER;
  std::string path = store.string();
  std::string name = prefix;
  std::array<char*, 4> arguments{program.data(), path.data(), name.data(), nullptr};
  pid_t child = 0;
  const int failed = ::posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(pipe_ends[1]);
  std::string text;
  std::array<char, 4096> buffer{};
  bool is_killed = failed != 0;
  for (ssize_t size = 0; (size = ::read(pipe_ends[0], buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
    if (is_killed || std::count(text.begin(), text.end(), '\n') < lines) continue;
    ::kill(child, SIGKILL);
    is_killed = true;
  }
  ::close(pipe_ends[0]);
  int status = 0;
  if (failed == 0) ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "it ended by itself";
  std::set<std::string> keys;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line) && !stream.eof();) keys.insert(line);
  return keys;
}

TEST(SqliteKill, EveryConfirmedWriteIsThereAfterwards) {
  testing::ScratchDirectory directory;
  const std::filesystem::path path = directory.path() / "store.db";
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  std::set<std::string> confirmed;
  for (int round = 0; round < 5; ++round) {
    const auto lines = std::uniform_int_distribution<std::ptrdiff_t>(1, 600)(random);
    const std::set<std::string> keys = confirmed_before_kill(path, "r" + std::to_string(round), lines);
    ASSERT_GE(keys.size(), static_cast<std::size_t>(lines));
    confirmed.insert(keys.begin(), keys.end());

    SqliteOptions options;
    options.path = path;
    auto store = open_sqlite_store(options);
    ASSERT_TRUE(store.has_value()) << store.error().message;
    const Collection things{"things", {"name"}};
    ASSERT_TRUE(store->documents->open_collection(things).has_value());
    std::set<std::string> found;
    const auto visit = [&](const DocumentStore::DocumentView& view) {
      const std::string_view name = view.key.substr(0, view.key.find('+'));
      EXPECT_EQ(view.body, R"({"name":")" + std::string(name) + R"("})");
      EXPECT_EQ(view.state, name);
      found.insert(std::string(view.key));
      return true;
    };
    ASSERT_TRUE(store->documents->scan("things", visit).has_value());
    for (const std::string& key : confirmed) EXPECT_TRUE(found.contains(key)) << key << " was confirmed";
    for (const std::string& key : found) {
      EXPECT_TRUE(key.ends_with('+') || found.contains(key + "+")) << key << " is there by half";
    }
    EXPECT_EQ(found.size() % 2, 0U);
  }
}

}  // namespace
}  // namespace aesel::storage
