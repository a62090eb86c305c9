#include "app/server_parts.hpp"

#include <fmt/core.h>

#include "http/client.hpp"
#include "net/resolver.hpp"
#include "storage/sqlite/sqlite_blob_store.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace aesel::app {

Result<Store, std::string> open_configured_store(const Config& config) {
  Store store;
  if (config.text("storage.method") == "memory") {
    store.documents = storage::make_memory_document_store();
    store.graph = storage::make_memory_graph_store();
    if (config.roles().assets) store.blobs = storage::make_memory_blob_store();
    store.place = "memory";
    return store;
  }
  storage::SqliteOptions options;
  options.path = config.text("storage.sqlite.path");
  options.busy_timeout_ms = static_cast<int>(config.integer("storage.sqlite.busy_ms"));
  auto opened = storage::open_sqlite_store(options);
  if (!opened) return std::move(opened.error().message);
  store.documents = std::move(opened->documents);
  store.graph = std::move(opened->graph);
  store.place = options.path.string();
  if (!config.roles().assets) return store;
  storage::SqliteBlobOptions blob_options;
  blob_options.path = config.text("storage.blobs.path");
  blob_options.busy_timeout_ms = options.busy_timeout_ms;
  auto blobs = storage::open_sqlite_blob_store(blob_options);
  if (!blobs) return std::move(blobs.error().message);
  store.blobs = std::move(*blobs);
  return store;
}

http::ServerOptions http_options(const Config& config) {
  http::ServerOptions options;
  options.host = config.text("http.host");
  options.port = static_cast<std::uint16_t>(config.integer("http.port"));
  options.body_bytes_max = static_cast<std::size_t>(config.integer("http.body.bytes_max"));
  options.connections_max = static_cast<std::size_t>(config.integer("http.connections.max"));
  options.header_timeout_ms = static_cast<int>(config.integer("http.timeout.header_ms"));
  options.body_timeout_ms = static_cast<int>(config.integer("http.timeout.body_ms"));
  options.idle_timeout_ms = static_cast<int>(config.integer("http.timeout.idle_ms"));
  return options;
}

Result<net::Endpoint, std::string> resolve_destination(std::string_view host_and_port) {
  const auto url = http::parse_url(host_and_port);
  if (!url || host_and_port.rfind(':') == host_and_port.npos || !url->path.empty()) {
    return fmt::format("{} is not host:port, such as 127.0.0.1:8764", host_and_port);
  }
  const auto endpoint = net::resolve_blocking(url->host, url->port);
  if (endpoint) return *endpoint;
  return fmt::format("cannot find the host {} of {}: {}", url->host, host_and_port,
                     endpoint.error().message());
}

}  // namespace aesel::app
