#include "app/listeners.hpp"

#include "base/clock.hpp"

namespace aesel::app {

Outcome Listeners::open(http::Service& service) {
  const Config& config = parts_.config;
  http::ServerOptions options = http_options(config);
  if (config.boolean("http.plain")) {
    auto server = http::open_server(parts_.context, options, service, parts_.metrics);
    if (!server) return cannot_listen(config, "HTTP", "http", server.error());
    plain_ = std::move(*server);
  }
  const net::TlsFiles files{config.text("tls.certificate.path"), config.text("tls.key.path")};
  if (files.certificate_path.empty() != files.key_path.empty())
    return "tls.certificate.path and tls.key.path belong together: set both or none";
  if (files.certificate_path.empty()) {
    if (plain_) return {};
    return "http.plain is false, and without tls.certificate.path and tls.key.path there is no other port";
  }
  auto identity = net::open_tls_identity(files, system_clock());
  if (!identity) return identity.error();
  identity_ = std::move(*identity);
  options.port = static_cast<std::uint16_t>(config.integer("https.port"));
  options.tls = identity_.get();
  auto server = http::open_server(parts_.context, options, service, parts_.metrics);
  if (!server) return cannot_listen(config, "HTTPS", "https", server.error());
  secure_ = std::move(*server);
  return {};
}

void Listeners::spawn(net::TaskGroup& tasks) {
  if (plain_) tasks.spawn("http", plain_->run());
  if (secure_) tasks.spawn("https", secure_->run());
}

void Listeners::stop(int drain_ms) {
  if (plain_) plain_->stop(drain_ms);
  if (secure_) secure_->stop(drain_ms);
}

}  // namespace aesel::app
