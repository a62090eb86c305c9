#include "storage/sqlite/killed_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <sstream>

#include <gtest/gtest.h>

extern char** environ;

namespace aesel::storage::testing {

std::vector<std::string> lines_of_killed(std::vector<std::string> command, std::size_t lines_before_kill) {
  std::array<int, 2> pipe_ends{};
  if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return {};
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  std::vector<char*> arguments;
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int failed = ::posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(pipe_ends[1]);
  std::string text;
  std::array<char, 4096> buffer{};
  bool is_killed = failed != 0;
  for (ssize_t size = 0; (size = ::read(pipe_ends[0], buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    if (is_killed || lines < lines_before_kill) continue;
    ::kill(child, SIGKILL);
    is_killed = true;
  }
  ::close(pipe_ends[0]);
  int status = 0;
  if (failed == 0) ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "it ended by itself";
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line) && !stream.eof();) lines.push_back(line);
  return lines;
}

}  // namespace aesel::storage::testing
