#include "app/password_prompt.hpp"

#include <fmt/core.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>

namespace aesel::app {
namespace {

constexpr std::size_t kLineBytesMax = 4096;

/// While it lives, what is typed does not show.
class HiddenTyping {
 public:
  HiddenTyping() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    hidden.c_lflag |= ECHONL;
    is_changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
  }
  ~HiddenTyping() {
    if (is_changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  HiddenTyping(const HiddenTyping&) = delete;
  HiddenTyping& operator=(const HiddenTyping&) = delete;

 private:
  termios before_{};
  bool is_changed_ = false;
};

/// One line of standard input, and nothing of what follows; absent when there is none.
std::optional<std::string> read_line() {
  std::string line;
  while (line.size() < kLineBytesMax) {
    char c = 0;
    const ssize_t got = ::read(STDIN_FILENO, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 && line.empty()) return std::nullopt;
    if (got <= 0 || c == '\n') break;
    line += c;
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::optional<std::string> ask(std::string_view prompt) {
  fmt::print(stderr, "{}: ", prompt);
  return read_line();
}

}  // namespace

Result<Password, PasswordError> read_password(std::string_view prompt, Ask times) {
  const bool asks = isatty(STDIN_FILENO) == 1;
  std::optional<std::string> password;
  if (asks) {
    const HiddenTyping hidden;
    password = ask(prompt);
    if (times == Ask::kTwice && password && !password->empty() && ask("again") != password)
      return PasswordError{"the two passwords differ; nothing was changed"};
  } else {
    password = read_line();
  }
  if (!password || password->empty())
    return PasswordError{"no password was given; type one, or give it as a line on standard input"};
  return Password{std::move(*password)};
}

}  // namespace aesel::app
