// RemoteService: a service that runs in another process, behind the same interface as one in this process.
#pragma once

#include <memory>

#include "http/client.hpp"
#include "http/service.hpp"

namespace aesel::http {

/// Passes a request on with its decoded path encoded once, its query, its body and its end-to-end headers.
/// Cookies and hop-by-hop headers stay behind. A server that cannot be reached, or does not answer in time,
/// is answered 503 with a JSON error; the next request tries again.
std::unique_ptr<Service> make_remote_service(boost::asio::io_context& context, const ClientOptions& options);

}  // namespace aesel::http
