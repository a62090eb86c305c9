// `aesel user`: users in the store, also beside a running server.
#pragma once

#include <functional>

namespace CLI {
class App;
}  // namespace CLI

namespace aesel::app {

/// Adds the verb to the program. The function to run when it was given; it returns the exit code.
std::function<int()> add_user_verb(CLI::App& program);

}  // namespace aesel::app
