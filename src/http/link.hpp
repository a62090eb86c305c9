// Link: one connection to a server, and the pool that keeps those that are not in use.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <memory>
#include <vector>

#include "http/client.hpp"
#include "http/transport.hpp"

namespace aesel::http {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Closes a connection when what is waited for does not come in time.
class Watch {
 public:
  Watch(boost::asio::io_context& context, Transport& transport);
  ~Watch();
  Watch(const Watch&) = delete;

  void arm(SteadyTime at);
  void disarm();
  /// timed_out if that is why an operation has failed, otherwise `error`.
  error_code explain(error_code error) const;

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the handler of a timer that was cancelled too late
};

struct Link {
  explicit Link(boost::asio::io_context& context)
      : transport(boost::asio::ip::tcp::socket(context)), watch(context, transport) {}
  Transport transport;
  boost::beast::flat_buffer buffer;
  Watch watch;
  SteadyTime idle_since;
};

/// Sends all of it, waiting where the peer is slow; the link's watch says how long.
Task<error_code> write_all(Link& link, Transport::Parts parts);

/// What a client shares with the responses that still have a connection. One thread.
struct LinkPool {
  explicit LinkPool(ClientOptions o) : options(std::move(o)), authority(options.server.authority()) {}
  const ClientOptions options;
  const std::string authority;              // for Host
  std::vector<std::unique_ptr<Link>> idle;  // the last one used is at the end
  std::size_t in_use = 0;

  /// A kept connection, or nullptr. kSure: the server has not closed it, as far as one can know.
  enum class Check { kQuick, kSure };
  std::unique_ptr<Link> take(Check check);
  void keep(std::unique_ptr<Link> link);
};

/// Counts a connection as in use.
class LinkLease {
 public:
  explicit LinkLease(std::shared_ptr<LinkPool> pool) : pool_(std::move(pool)) { ++pool_->in_use; }
  ~LinkLease() {
    if (pool_) --pool_->in_use;
  }
  LinkLease(LinkLease&&) noexcept = default;
  LinkLease& operator=(LinkLease&&) = delete;
  LinkPool& pool() const { return *pool_; }

 private:
  std::shared_ptr<LinkPool> pool_;
};

}  // namespace aesel::http
