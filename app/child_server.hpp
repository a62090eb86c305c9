// ChildServer: `aesel serve` as a child process, for tools that bring their own server. It ends with its
// parent, whatever happens to that.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "app/signals.hpp"
#include "base/result.hpp"

namespace aesel::app {

struct ChildServerOptions {
  std::filesystem::path directory;  // for its database and its log
  std::uint16_t http_port = 0;      // 0: any free one
};

struct ReadyPorts {
  std::uint16_t http = 0;
  std::uint16_t udp = 0;
  friend bool operator==(const ReadyPorts&, const ReadyPorts&) = default;
};
/// "ready http=8080 udp=8762"; nullopt for any other line.
std::optional<ReadyPorts> parse_ready(std::string_view line);

/// On 127.0.0.1, with default settings: no file and no AESEL_ variable reaches it. One thread.
class ChildServer {
 public:
  /// Starts this very program and waits until it is ready, or `stop` is raised. REQUIRES: no other threads
  /// yet. The error is for people and includes what the server logged.
  static Result<ChildServer, std::string> start(const ChildServerOptions& options, const StopSignal& stop);
  ChildServer(ChildServer&& other) noexcept;
  /// stop()
  ~ChildServer();
  /// SIGTERM; SIGKILL after 6 seconds. True: it ended by itself, with success.
  bool stop();
  /// False when it has ended without being told.
  bool running();
  const ReadyPorts& ports() const { return ports_; }
  pid_t pid() const { return pid_; }
  /// The end of what it logged.
  std::string log_tail() const;

 private:
  ChildServer() = default;
  pid_t pid_ = -1;
  ReadyPorts ports_;
  std::filesystem::path log_;
};

}  // namespace aesel::app
