// PasswordPrompt: how a tool gets a password: from the terminal without showing it, or from standard input.
// Never from the command line, where everybody on the machine could read it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace aesel::app {

struct PasswordError {
  std::string message;  // a sentence for people
};
struct Password {
  std::string text;  // not empty
};

enum class Ask { kOnce, kTwice };  // a new password is asked for twice
/// Asks on a terminal; else reads the first line. Errors: nothing was given, the two differ.
Result<Password, PasswordError> read_password(std::string_view prompt, Ask times);

}  // namespace aesel::app
