// `aesel login`: from a user name and a password to the token that the other tools take.
#pragma once

#include <functional>

namespace CLI {
class App;
}  // namespace CLI

namespace aesel::app {

/// Adds the verb to the program. The function to run when it was given; it returns the exit code.
std::function<int()> add_login_verb(CLI::App& program);

}  // namespace aesel::app
