#include "app/cert_verb.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "crypto/certificate.hpp"

namespace aesel::app {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::vector<std::string> hosts;
  std::string folder = ".";
  int days = 825;
  bool force = false;
};

int fail(const std::string& why) {
  fmt::print(stderr, "{}\n", why);
  return 1;
}

void print_use(const Arguments& arguments, const crypto::CertificatePaths& paths) {
  const std::string host = arguments.hosts.front().find(':') == std::string::npos
                               ? arguments.hosts.front()
                               : "[" + arguments.hosts.front() + "]";
  fmt::print(
      "wrote {}  (for {}, {} days)\n"
      "wrote {}  (for nobody else's eyes)\n\n"
      "Serve with it:\n"
      "  aesel serve --https.port 8443 --tls.certificate.path {} --tls.key.path {}\n"
      "Trust it, since no authority vouches for it:\n"
      "  curl --cacert {} https://{}:8443/health\n"
      "  other Aesel processes: --tls.ca.path {}\n",
      paths.certificate, fmt::join(arguments.hosts, ", "), arguments.days, paths.key, paths.certificate,
      paths.key, paths.certificate, host, paths.certificate);
}

int make_self_signed(Arguments arguments) {
  if (arguments.hosts.empty()) arguments.hosts = {"localhost", "127.0.0.1", "::1"};
  std::error_code error;
  fs::create_directories(arguments.folder, error);
  if (error) return fail(fmt::format("cannot create the folder {}: {}", arguments.folder, error.message()));
  const fs::path folder = fs::absolute(arguments.folder, error).lexically_normal();
  const crypto::CertificatePaths paths{folder / "certificate.pem", folder / "key.pem"};
  for (const std::string& path : {paths.certificate, paths.key}) {
    if (!arguments.force && fs::exists(path, error))
      return fail(
          fmt::format("{} is there already; --force replaces it, another --out leaves it alone", path));
  }
  crypto::SelfSignedOptions options;
  options.hosts = arguments.hosts;
  options.days = arguments.days;
  options.now_s = system_clock().wall_ns() / 1'000'000'000;
  const auto pair = crypto::make_self_signed(options);
  if (!pair) return fail(pair.error());
  const auto written = crypto::write_certificate(*pair, paths);
  if (!written) return fail(written.error());
  print_use(arguments, paths);
  return 0;
}

}  // namespace

std::function<int()> add_cert_verb(CLI::App& program) {
  CLI::App* verb = program.add_subcommand("cert", "Make a certificate for HTTPS");
  verb->require_subcommand(1);
  CLI::App* made = verb->add_subcommand("self-signed", "Make one that signs itself, with its key");
  const auto arguments = std::make_shared<Arguments>();
  made->add_option("--host", arguments->hosts,
                   "a host name or address that clients will use; may be given again (default: localhost, "
                   "127.0.0.1, ::1)")
      ->type_name("HOST");
  made->add_option("--out", arguments->folder, "folder for certificate.pem and key.pem")
      ->type_name("DIR")
      ->capture_default_str();
  made->add_option("--days", arguments->days, "how long it is valid")
      ->type_name("DAYS")
      ->check(CLI::Range(1, 36'500))
      ->capture_default_str();
  made->add_flag("--force", arguments->force, "replace files that are there");
  const char* const example =
      "Example:\n  aesel cert self-signed --host localhost --host 127.0.0.1 --out tls\n"
      "  aesel serve --https.port 8443 --tls.certificate.path tls/certificate.pem --tls.key.path tls/key.pem";
  verb->footer(example);
  made->footer(example);
  return [arguments] { return make_self_signed(*arguments); };
}

}  // namespace aesel::app
