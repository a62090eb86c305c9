// RemoteService: a service that runs in another process, behind the same interface as one in this process.
#pragma once

#include <memory>
#include <string>

#include "http/client.hpp"
#include "http/service.hpp"

namespace aesel::http {

/// What to do with X-Forwarded-For, -Host, -Proto and -Port that a request already has.
enum class Forwarded {
  kReplace,  // anybody can claim anything
  kExtend,   // a proxy in front says the truth: For is added to, the others stay
};

struct RemoteOptions {
  ClientOptions client;
  std::string username;  // "": the request's own Authorization is passed on
  std::string password;
  Forwarded forwarded = Forwarded::kReplace;
};

/// Passes a request on with its decoded path encoded once, its query, its body and its end-to-end headers;
/// says who asked in X-Forwarded-*. Cookies, hop-by-hop headers and those that Connection names stay behind,
/// in both directions. Bodies of more than kRemoteWholeBytes go through piece by piece. A server that cannot
/// be reached, or does not answer in time, is answered 503 with a JSON error; the next request tries again. A
/// request body that was cut off is answered 400, and the server does not get a whole request.
std::unique_ptr<Service> make_remote_service(boost::asio::io_context& context, const RemoteOptions& options);

inline constexpr std::size_t kRemoteWholeBytes = 64u << 10;

}  // namespace aesel::http
