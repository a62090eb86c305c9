// `aesel check`: says what would keep a server from starting or running well, before anything starts.
#pragma once

#include <functional>

namespace CLI {
class App;
}  // namespace CLI

namespace aesel::app {

/// Adds the verb to the program. The function to run when it was given; it returns the exit code.
std::function<int()> add_check_verb(CLI::App& program);

}  // namespace aesel::app
