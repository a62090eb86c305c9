// ServerParts: from configuration to the parts of a server that need no event loop.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/config.hpp"
#include "base/result.hpp"
#include "http/server.hpp"
#include "net/udp.hpp"
#include "storage/blob_store.hpp"
#include "storage/document_store.hpp"
#include "storage/graph_store.hpp"

namespace aesel::app {

struct Store {
  std::unique_ptr<storage::DocumentStore> documents;
  std::unique_ptr<storage::GraphStore> graph;
  std::unique_ptr<storage::BlobStore> blobs;  // with the assets role only
  std::string place;                          // for messages: "aesel.db", "memory"
};

/// Opens the store that storage.method names. The error is a sentence for people.
Result<Store, std::string> open_configured_store(const Config& config);

http::ServerOptions http_options(const Config& config);

/// "host:port" to an address; a name is looked up. Blocks. The error is a sentence for people.
Result<net::Endpoint, std::string> resolve_destination(std::string_view host_and_port);

}  // namespace aesel::app
