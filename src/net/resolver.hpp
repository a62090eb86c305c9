// Resolver: host names to addresses, several at a time, away from the event loop. One name that takes long
// does not hold up the others, nor the end of the process.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "net/fwd.hpp"
#include "net/udp.hpp"

namespace aesel::net {

/// The address of a host, numeric or a name, with that port: IPv4 if the name has one, since most listeners
/// are IPv4 only. Blocks. Errors: those of getaddrinfo; their text is for people.
Result<Endpoint> resolve_blocking(const std::string& host, std::uint16_t port);

/// Thread: the core that runs `context`; answers arrive there. Destroying it forgets the questions under way.
class Resolver {
 public:
  explicit Resolver(boost::asio::io_context& context);
  ~Resolver();
  Resolver(const Resolver&) = delete;

  /// Calls `done` once, later, with an endpoint of port 0. Otherwise as resolve_blocking.
  void resolve(std::string name, std::function<void(Result<Endpoint>)> done);

  static constexpr int kThreadsMax = 4;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace aesel::net
