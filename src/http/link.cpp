#include "http/link.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>

namespace aesel::http {

namespace asio = boost::asio;

struct Watch::State {
  explicit State(asio::io_context& context) : timer(context) {}
  asio::steady_timer timer;
  Transport* transport = nullptr;
  int armed = 0;  // how often; a handler that belongs to an earlier time does nothing
  bool expired = false;
};

Watch::Watch(asio::io_context& context, Transport& transport) : state_(std::make_shared<State>(context)) {
  state_->transport = &transport;
}

Watch::~Watch() {
  state_->transport = nullptr;
  state_->timer.cancel();
}

void Watch::arm(SteadyTime at) {
  state_->timer.expires_at(at);
  const int armed = ++state_->armed;
  state_->timer.async_wait([state = state_, armed](error_code error) {
    if (error || state->transport == nullptr || state->armed != armed) return;
    state->expired = true;
    state->transport->close();
  });
}

void Watch::disarm() {
  ++state_->armed;
  state_->timer.cancel();
}

error_code Watch::explain(error_code error) const {
  return state_->expired ? error_code(asio::error::timed_out) : error;
}

Task<error_code> write_all(Link& link, Transport::Parts parts) {
  for (;;) {
    error_code error;
    const std::size_t sent = link.transport.write_now(parts, error);  // mostly takes it all at once
    const bool full = error == asio::error::would_block;
    if (error && !full) co_return link.watch.explain(error);
    const std::size_t of_first = std::min(sent, parts[0].size());
    parts[0] += of_first;
    parts[1] += sent - of_first;
    if (parts[0].size() == 0 && parts[1].size() == 0) co_return error_code{};
    auto [wait_error] = co_await link.transport.wait_writable();
    if (wait_error) co_return link.watch.explain(wait_error);
  }
}

std::unique_ptr<Link> LinkPool::take(Check check) {
  const auto now = std::chrono::steady_clock::now();
  const auto oldest = now - std::chrono::milliseconds(options.idle_timeout_ms);
  std::erase_if(idle, [&](const auto& link) { return link->idle_since < oldest; });
  while (!idle.empty()) {
    std::unique_ptr<Link> link = std::move(idle.back());
    idle.pop_back();
    if (check == Check::kQuick || link->transport.is_quiet()) return link;
  }
  return nullptr;
}

void LinkPool::keep(std::unique_ptr<Link> link) {
  if (idle.size() >= options.connections_max || link->buffer.size() > 0) return;
  link->watch.disarm();
  link->idle_since = std::chrono::steady_clock::now();
  idle.push_back(std::move(link));
}

}  // namespace aesel::http
