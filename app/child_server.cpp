#include "app/child_server.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "net/udp.hpp"

extern char** environ;

namespace aesel::app {
namespace {

constexpr std::int64_t kStartNs = 20'000'000'000;
constexpr std::int64_t kStopNs = 6'000'000'000;
constexpr int kPollMs = 50;

std::vector<std::string> arguments_of(const ChildServerOptions& options, int ready_fd) {
  return {"aesel",
          "serve",
          "--config",
          "/dev/null",
          "--http.host",
          "127.0.0.1",
          "--http.port",
          std::to_string(options.http_port),
          "--udp.host",
          "127.0.0.1",
          "--udp.port",
          "0",
          "--event.stream.udp.host",
          "127.0.0.1",
          "--event.stream.udp.port",
          "0",
          "--storage.sqlite.path",
          (options.directory / "demo.db").string(),
          "--ready-fd",
          std::to_string(ready_fd)};
}

/// Pointers into the strings, ended by a null pointer, as exec takes them.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_without_settings() {
  std::vector<std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    if (std::string_view(*entry).starts_with("AESEL_")) continue;
    variables.emplace_back(*entry);
  }
  return variables;
}

/// Holds back SIGINT and SIGTERM while it lives. A child that is told to stop between fork and exec would
/// otherwise run our handler, forget the signal, and serve.
class HeldSignals {
 public:
  HeldSignals() {
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigprocmask(SIG_BLOCK, &held, &before_);
  }
  ~HeldSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  /// In the child: from here on they end it.
  void release_by_default() const {
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    sigprocmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t before_;
};

/// In the child, between fork and exec: system calls only.
[[noreturn]] void become_server(char** arguments, char** environment, int log, int ready) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  setpgid(0, 0);  // the terminal's Ctrl-C is for the parent, which then stops us in its own order
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  fcntl(ready, F_SETFD, 0);
  execve("/proc/self/exe", arguments, environment);
  _exit(127);
}

/// The line that the server writes when it is ready; "" when it ends, time is up or `stop` is raised.
std::string read_ready_line(const net::Fd& pipe, const StopSignal& stop) {
  std::string line;
  const std::int64_t until = system_clock().steady_ns() + kStartNs;
  while (!stop.raised() && system_clock().steady_ns() < until) {
    pollfd waiting{pipe.get(), POLLIN, 0};
    if (poll(&waiting, 1, kPollMs) <= 0) continue;
    char buffer[256];
    const ssize_t got = read(pipe.get(), buffer, sizeof buffer);
    if (got <= 0) return "";
    line.append(buffer, static_cast<std::size_t>(got));
    const std::size_t end = line.find('\n');
    if (end != std::string::npos) return line.substr(0, end);
  }
  return "";
}

std::optional<std::uint16_t> number_after(std::string_view line, std::string_view name) {
  const std::size_t at = line.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  std::uint16_t number = 0;
  const char* begin = line.data() + at + name.size();
  const auto [end, failure] = std::from_chars(begin, line.data() + line.size(), number);
  if (failure != std::errc() || number == 0) return std::nullopt;
  return number;
}

}  // namespace

std::optional<ReadyPorts> parse_ready(std::string_view line) {
  if (!line.starts_with("ready ")) return std::nullopt;
  const auto http = number_after(line, " http=");
  const auto udp = number_after(line, " udp=");
  if (!http || !udp) return std::nullopt;
  return ReadyPorts{*http, *udp};
}

Result<ChildServer, std::string> ChildServer::start(const ChildServerOptions& options,
                                                    const StopSignal& stop) {
  ChildServer server;
  server.log_ = options.directory / "server.log";
  const net::Fd log(open(server.log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  int ends[2];
  if (!log.valid() || pipe2(ends, O_CLOEXEC) != 0)
    return fmt::format("cannot start a server: {}", std::strerror(errno));
  const net::Fd reading(ends[0]);
  net::Fd writing(ends[1]);

  auto arguments = arguments_of(options, writing.get());
  auto environment = environment_without_settings();
  const auto argument_pointers = pointers_to(arguments);
  const auto environment_pointers = pointers_to(environment);
  {
    const HeldSignals held;
    server.pid_ = fork();
    if (server.pid_ == 0) {
      held.release_by_default();
      become_server(const_cast<char**>(argument_pointers.data()),
                    const_cast<char**>(environment_pointers.data()), log.get(), writing.get());
    }
  }
  if (server.pid_ < 0) return fmt::format("cannot start a server: {}", std::strerror(errno));
  writing = net::Fd();  // else the pipe would stay open when the server ends
  const std::string line = read_ready_line(reading, stop);
  const auto ports = parse_ready(line);
  if (ports) {
    server.ports_ = *ports;
    return server;
  }
  if (stop.raised()) return std::string("stopped");
  server.stop();
  return fmt::format("the server did not become ready{}{}", line.empty() ? "" : ": it said " + line,
                     "\n" + server.log_tail());
}

ChildServer::ChildServer(ChildServer&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), ports_(other.ports_), log_(std::move(other.log_)) {}

ChildServer::~ChildServer() {
  stop();
}

bool ChildServer::stop() {
  if (pid_ < 0) return true;
  kill(pid_, SIGTERM);
  int status = 0;
  const std::int64_t until = system_clock().steady_ns() + kStopNs;
  pid_t ended = 0;
  while ((ended = waitpid(pid_, &status, WNOHANG)) == 0 && system_clock().steady_ns() < until) usleep(5'000);
  if (ended == 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, &status, 0);
  }
  pid_ = -1;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool ChildServer::running() {
  if (pid_ < 0) return false;
  if (waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

std::string ChildServer::log_tail() const {
  constexpr std::size_t kTail = 2'000;
  std::ifstream file(log_);
  std::stringstream content;
  content << file.rdbuf();
  const std::string text = content.str();
  return text.size() > kTail ? text.substr(text.size() - kTail) : text;
}

}  // namespace aesel::app
