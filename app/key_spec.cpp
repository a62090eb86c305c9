#include "app/key_spec.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace aesel::app {
namespace {

KeySpec text(std::string_view key, std::string_view value, std::string_view help) {
  return {key, KeyType::kText, value, help};
}
KeySpec secret(std::string_view key, std::string_view help) {
  KeySpec spec = text(key, "", help);
  spec.secrecy = Secrecy::kSecret;
  return spec;
}
KeySpec path(std::string_view key, std::string_view value, std::string_view help) {
  return {key, KeyType::kPath, value, help};
}
KeySpec boolean(std::string_view key, std::string_view value, std::string_view help) {
  return {key, KeyType::kBoolean, value, help};
}
struct Range {
  std::int64_t min, max;
};
KeySpec integer(std::string_view key, std::string_view value, Range range, std::string_view help) {
  return {key, KeyType::kInteger, value, help, range.min, range.max};
}
KeySpec duration(std::string_view key, std::string_view value, Range range, std::string_view help) {
  return {key, KeyType::kDurationMs, value, help, range.min, range.max};
}
KeySpec choice(std::string_view key, std::string_view value, std::vector<std::string_view> choices,
               std::string_view help) {
  return {key, KeyType::kChoice, value, help, 0, 0, std::move(choices)};
}

constexpr Range kPort{0, 65'535};
constexpr Range kTimeoutMs{1, 3'600'000};

const std::vector<KeySpec>& table() {
  static const std::vector<KeySpec> specs = {
      {"roles", KeyType::kRoles, "all", "what this process plays"},
      text("http.host", "*", "address to listen on; * is every one"),
      integer(
          "http.port", "8080", kPort,
          "0 takes a free one; for one role alone: objects 8768, scenes 8766, assets 5635, projects 5644"),
      integer("http.body.bytes_max", "16777216", {1, 1 << 30}, "largest request body"),
      integer("http.connections.max", "20000", {1, 1'000'000}, "connections at the same time"),
      duration("http.timeout.header_ms", "15000", kTimeoutMs, "for the headers of a request"),
      duration("http.timeout.body_ms", "60000", kTimeoutMs, "for the body of a request"),
      duration("http.timeout.idle_ms", "120000", kTimeoutMs, "between requests on one connection"),
      text("http.basic.username", "", "what other processes must say to this one; empty: nothing"),
      secret("http.basic.password", "goes with http.basic.username"),
      boolean("http.plain", "true", "listen on http.port; false: TLS only"),
      integer("https.port", "8443", kPort, "used when tls.certificate.path is set; 0 takes a free one"),
      text("tls.certificate.path", "",
           "PEM file with the certificate and what it is signed by; empty: no TLS"),
      text("tls.key.path", "", "PEM file with the certificate's private key"),
      text("tls.ca.path", "", "PEM file with whom to trust in other services; empty: the system's list"),
      boolean("auth.active", "false", "clients must log in"),
      text("auth.admin.username", "aesel", "made with a new password when there is no administrator"),
      path("auth.secret.path", "aesel-secret.key", "what tokens are signed with; made when it is not there"),
      integer("auth.token.ttl_s", "86400", {1, 31'536'000}, "how long a login lasts, in seconds"),
      text("udp.host", "*", "address on which events come in"),
      integer("udp.port", "8762", kPort, "port on which events come in; 0 takes a free one"),
      text("udp.advertised.host", "",
           "told to devices as the place to send events; empty: where they reached us"),
      integer("udp.advertised.port", "0", kPort, "told to devices; 0: the real one"),
      choice("storage.method", "sqlite", {"sqlite", "memory"}, "where everything is kept"),
      path("storage.sqlite.path", "aesel.db",
           "the database file; aesel-objects.db and so on for a role alone"),
      path("storage.blobs.path", "aesel-blobs.db", "the database file of assets' contents, beside the other"),
      duration("storage.sqlite.busy_ms", "2000", {0, 600'000},
               "wait for a file that another process has locked"),
      duration("events.flush_ms", "50", {1, 60'000}, "how often moved objects are stored"),
      integer("objects.max", "1000000", {1, 100'000'000}, "live objects"),
      integer("assets.bytes_max", "1073741824", {1, INT64_MAX}, "largest file that is taken"),
      choice("event.stream.method", "auto", {"auto", "inproc", "udp"},
             "from the objects to the scenes service; auto: inproc when both are in this process, else udp"),
      text("event.stream.udp.host", "*", "address on which the scenes service listens"),
      integer("event.stream.udp.port", "8764", kPort, "port on which the scenes service listens"),
      text("event.stream.udp.destination", "127.0.0.1:8764", "where the objects service sends changes"),
      boolean("event.plain.padding", "true", "pad events for clients that base64-decode even plain ones"),
      duration("fanout.resolve_ms", "30000", {100, 86'400'000},
               "how often host names of devices are resolved again"),
      text("directory.static.objects", "http://127.0.0.1:8768", "URL of the objects service"),
      text("directory.static.scenes", "http://127.0.0.1:8766", "URL of the scenes service"),
      text("directory.static.assets", "http://127.0.0.1:5635", "URL of the assets service"),
      text("directory.static.projects", "http://127.0.0.1:5644", "URL of the projects service"),
      text("directory.static.objects.username", "", "told to that service; empty: nothing"),
      secret("directory.static.objects.password", "goes with it"),
      text("directory.static.scenes.username", "", "told to that service; empty: nothing"),
      secret("directory.static.scenes.password", "goes with it"),
      text("directory.static.assets.username", "", "told to that service; empty: nothing"),
      secret("directory.static.assets.password", "goes with it"),
      text("directory.static.projects.username", "", "told to that service; empty: nothing"),
      secret("directory.static.projects.password", "goes with it"),
      text("directory.static.cluster", "test", "name of the pair"),
      text("secrets.directory", "",
           "a file for each secret, such as http.basic.password; beside AESEL_SECRET_..."),
      choice("log.level", "info", {"debug", "info", "warning", "error"},
             "least important line that is logged"),
      duration("shutdown.grace_ms", "4000", {0, 60'000}, "for requests under way when told to stop"),
  };
  return specs;
}

}  // namespace

std::span<const KeySpec> key_specs() {
  return table();
}

const KeySpec* find_key(std::string_view key) {
  const auto it =
      std::find_if(table().begin(), table().end(), [&](const KeySpec& spec) { return spec.key == key; });
  return it == table().end() ? nullptr : &*it;
}

std::string env_variable(std::string_view key) {
  std::string variable = "AESEL_";
  for (const char c : key) {
    if (c == '.') {
      variable += '_';
    } else {
      variable += (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  return variable;
}

std::string allowed_text(const KeySpec& spec) {
  switch (spec.type) {
    case KeyType::kText:
      return "text";
    case KeyType::kPath:
      return "a path";
    case KeyType::kBoolean:
      return "true or false";
    case KeyType::kInteger:
      return fmt::format("an integer from {} to {}", spec.min, spec.max);
    case KeyType::kDurationMs:
      return fmt::format("milliseconds, an integer from {} to {}", spec.min, spec.max);
    case KeyType::kChoice:
      return fmt::format("one of {}", fmt::join(spec.choices, ", "));
    case KeyType::kRoles:
      return "all, or a comma-separated list of gateway, objects, scenes, assets, projects";
  }
  return "";
}

}  // namespace aesel::app
