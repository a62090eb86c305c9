// Runs a program, kills it with SIGKILL when it has said enough, and tells what it said. For tests only.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace aesel::storage::testing {

/// The complete lines that the program wrote before it was killed, which is when there were at least
/// `lines_before_kill`. A failure of the test when it ended by itself.
std::vector<std::string> lines_of_killed(std::vector<std::string> command, std::size_t lines_before_kill);

}  // namespace aesel::storage::testing
