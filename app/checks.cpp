#include "app/checks.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include "app/address.hpp"
#include "http/client.hpp"
#include "net/udp.hpp"
#include "storage/sqlite/sqlite_blob_store.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace aesel::app {
namespace {

constexpr std::uint64_t kFilesBesideConnections = 100;
constexpr std::uint64_t kFreeBytesMin = 100u << 20;
// What open_udp asks for; a burst that finds no room is lost.
constexpr std::uint64_t kReceiveBufferBytes = 32u << 20;
constexpr std::uint64_t kSendBufferBytes = 8u << 20;

Finding good(std::string text) {
  return {Severity::kGood, std::move(text), ""};
}
Finding warning(std::string text, std::string advice) {
  return {Severity::kWarning, std::move(text), std::move(advice)};
}
Finding problem(std::string text, std::string advice) {
  return {Severity::kProblem, std::move(text), std::move(advice)};
}

error_code last_error() {
  return {errno, boost::system::system_category()};
}

/// Binds a TCP port as the server would and gives it back at once.
error_code try_tcp(const std::string& host, std::uint16_t port) {
  const bool every = host == "*" || host.empty();
  net::Endpoint self = net::Endpoint::parse(every ? "::" : host, port);
  if (!self.valid()) return make_error_code(boost::system::errc::address_not_available);
  net::Fd fd(::socket(self.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.valid() && every) {
    self = net::Endpoint::parse("0.0.0.0", port);
    fd = net::Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  }
  const int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&self.storage), self.length) != 0)
    return last_error();
  if (::listen(fd.get(), 1) != 0) return last_error();
  return {};
}

error_code try_udp(const std::string& host, std::uint16_t port) {
  net::UdpOptions options;
  options.host = host;
  options.port = port;
  const auto opened = net::open_udp(options);
  return opened ? error_code() : opened.error();
}

struct Listening {
  std::string_view what;  // "HTTP"
  std::string_view host_key;
  std::string_view port_key;
};

Finding judge_port(const Config& config, const Listening& at, const error_code& error) {
  const std::string where =
      fmt::format("{} on {}:{}", at.what, config.text(at.host_key), config.text(at.port_key));
  if (!error) return good(where + " is free");
  if (error == boost::system::errc::address_in_use) {
    return problem(
        where + " is in use",
        fmt::format("stop the other program (ss -lntup sport = :{} shows it), or choose another --{}",
                    config.text(at.port_key), at.port_key));
  }
  if (error == boost::system::errc::permission_denied) {
    return problem(where + " is not allowed",
                   fmt::format("ports below 1024 need a privilege; choose another --{}", at.port_key));
  }
  return problem(fmt::format("{}: {}", where, error.message()),
                 fmt::format("--{} takes * or an address of this machine, as numbers", at.host_key));
}

/// The bytes that are free where the file is or would be.
std::optional<std::uint64_t> free_bytes(const std::filesystem::path& directory) {
  std::error_code failure;
  const auto space = std::filesystem::space(directory, failure);
  if (failure) return std::nullopt;
  return space.available;
}

Finding check_directory(const std::filesystem::path& file) {
  const std::filesystem::path directory =
      file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  if (!std::filesystem::is_directory(directory)) {
    return problem(fmt::format("store {}: there is no directory {}", file.string(), directory.string()),
                   fmt::format("mkdir -p {}", directory.string()));
  }
  if (access(directory.c_str(), W_OK | X_OK) != 0) {
    return problem(fmt::format("store {}: {} is not writable", file.string(), directory.string()),
                   "choose another --storage.sqlite.path, or give this user the right to write there");
  }
  const auto free = free_bytes(directory);
  if (free && *free < kFreeBytesMin) {
    return warning(fmt::format("store {}: only {} MiB are free", file.string(), *free >> 20), "make room");
  }
  return good(fmt::format("store {}: {}", file.string(),
                          std::filesystem::exists(file) ? "can be written" : "can be created"));
}

Finding check_blobs(const Config& config) {
  const std::filesystem::path path = config.text("storage.blobs.path");
  storage::SqliteBlobOptions options;
  options.path = path;
  options.busy_timeout_ms = static_cast<int>(config.integer("storage.sqlite.busy_ms"));
  const auto blobs = storage::open_sqlite_blob_store(options);
  if (!blobs) return problem(blobs.error().message, "");
  return good(fmt::format("store {}: can be opened", path.string()));
}

Finding check_name(std::string_view key, const std::string& host) {
  const auto resolved = resolve({host, 1});
  if (resolved) return good(fmt::format("{}: {} resolves", key, host));
  return problem(fmt::format("{}: {} does not resolve: {}", key, host, resolved.error()),
                 "correct the name, or make it known (DNS, /etc/hosts)");
}

std::optional<std::uint64_t> read_number(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::uint64_t number = 0;
  if (!(file >> number)) return std::nullopt;
  return number;
}

Finding check_buffer(const std::filesystem::path& proc, std::string_view name, std::uint64_t wanted) {
  const auto allowed = read_number(proc / "sys/net/core" / name);
  if (!allowed)
    return warning(fmt::format("net.core.{} cannot be read", name), "see that it is large enough");
  if (*allowed >= wanted) return good(fmt::format("net.core.{} is {}", name, *allowed));
  return warning(
      fmt::format("net.core.{} is {}: bursts of events may be lost", name, *allowed),
      fmt::format("as root: sysctl -w net.core.{}={}, and the same line in /etc/sysctl.d/aesel.conf", name,
                  wanted));
}

}  // namespace

std::vector<Finding> check_ports(const Config& config) {
  const Listening http{"HTTP", "http.host", "http.port"};
  const Listening https{"HTTPS", "http.host", "https.port"};
  const Listening events{"events (UDP)", "udp.host", "udp.port"};
  const Listening changes{"change stream (UDP)", "event.stream.udp.host", "event.stream.udp.port"};
  const auto port = [&](const Listening& at) {
    return static_cast<std::uint16_t>(config.integer(at.port_key));
  };
  std::vector<Finding> findings;
  if (config.boolean("http.plain")) {
    findings.push_back(judge_port(config, http, try_tcp(config.text(http.host_key), port(http))));
  }
  if (!config.text("tls.certificate.path").empty()) {
    findings.push_back(judge_port(config, https, try_tcp(config.text(https.host_key), port(https))));
  }
  if (config.roles().objects) {
    findings.push_back(judge_port(config, events, try_udp(config.text(events.host_key), port(events))));
  }
  if (config.roles().scenes) {
    findings.push_back(judge_port(config, changes, try_udp(config.text(changes.host_key), port(changes))));
  }
  return findings;
}

std::vector<Finding> check_store(const Config& config) {
  if (config.text("storage.method") == "memory") {
    return {warning("the store is in memory: all is lost at the end", "storage.method=sqlite keeps it")};
  }
  const std::filesystem::path path = config.text("storage.sqlite.path");
  std::vector<Finding> findings{check_directory(path)};
  if (findings.front().severity == Severity::kProblem || !std::filesystem::exists(path)) return findings;
  storage::SqliteOptions options;
  options.path = path;
  options.busy_timeout_ms = static_cast<int>(config.integer("storage.sqlite.busy_ms"));
  const auto store = storage::open_sqlite_store(options);
  if (store) {
    findings.push_back(good(fmt::format("store {}: can be opened", path.string())));
  } else {
    findings.push_back(problem(store.error().message, ""));
  }
  const bool has_blobs = config.roles().assets && std::filesystem::exists(config.text("storage.blobs.path"));
  if (has_blobs) findings.push_back(check_blobs(config));
  return findings;
}

std::vector<Finding> check_names(const Config& config) {
  std::vector<Finding> findings;
  if (const std::string& host = config.text("udp.advertised.host"); !host.empty()) {
    findings.push_back(check_name("udp.advertised.host", host));
  }
  const std::string& destination = config.text("event.stream.udp.destination");
  if (const auto address = parse_host_port(destination)) {
    findings.push_back(check_name("event.stream.udp.destination", address->host));
  } else {
    findings.push_back(problem(fmt::format("event.stream.udp.destination: {} is not host:port", destination),
                               "one like 127.0.0.1:8764 was expected"));
  }
  const Roles roles = config.roles();
  const std::array<std::pair<std::string_view, bool>, 4> services{
      {{"directory.static.objects", roles.objects},
       {"directory.static.scenes", roles.scenes},
       {"directory.static.assets", roles.assets},
       {"directory.static.projects", roles.projects}}};
  for (const auto& [key, is_here] : services) {
    if (is_here || !roles.gateway) continue;  // nobody asks for it
    const auto url = http::parse_url(config.text(key));
    if (url) {
      findings.push_back(check_name(key, url->host));
    } else {
      findings.push_back(problem(fmt::format("{}: {} is not a URL", key, config.text(key)),
                                 "one like http://127.0.0.1:8768 was expected"));
    }
  }
  return findings;
}

std::vector<Finding> check_limits(const Config& config) {
  const auto wanted =
      static_cast<std::uint64_t>(config.integer("http.connections.max")) + kFilesBesideConnections;
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  // The server raises its limit to the hard one by itself.
  if (files.rlim_max >= wanted) return {good(fmt::format("open files: {} are allowed", files.rlim_max))};
  return {warning(
      fmt::format("open files: {} are allowed, {} connections need {}", files.rlim_max,
                  config.text("http.connections.max"), wanted),
      fmt::format(
          "as root: ulimit -n {} (LimitNOFILE={} in a systemd unit), or a smaller --http.connections.max",
          wanted, wanted))};
}

std::vector<Finding> check_kernel(const std::filesystem::path& proc) {
  return {check_buffer(proc, "rmem_max", kReceiveBufferBytes),
          check_buffer(proc, "wmem_max", kSendBufferBytes)};
}

std::vector<Finding> check_everything(const Config& config) {
  std::vector<Finding> all;
  const auto add = [&](std::vector<Finding> findings) {
    for (Finding& finding : findings) all.push_back(std::move(finding));
  };
  add(check_ports(config));
  add(check_store(config));
  add(check_names(config));
  add(check_limits(config));
  add(check_kernel());
  return all;
}

}  // namespace aesel::app
