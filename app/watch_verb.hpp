// `aesel watch`: registers as a device of a scene and prints the events that arrive.
#pragma once

#include <functional>

namespace CLI {
class App;
}  // namespace CLI

namespace aesel::app {

/// Adds the verb to the program. The function to run when it was given; it returns the exit code.
std::function<int()> add_watch_verb(CLI::App& program);

}  // namespace aesel::app
