// `aesel version`: which version this is and what it was built with.
#pragma once

#include <functional>

namespace CLI {
class App;
}  // namespace CLI

namespace aesel::app {

/// Adds the verb to the program. The function to run when it was given; it returns the exit code.
std::function<int()> add_version_verb(CLI::App& program);

}  // namespace aesel::app
