#include "net/resolver.hpp"

#include <netdb.h>

#include <cstring>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace aesel::net {

namespace asio = boost::asio;

Result<Endpoint> resolve_blocking(const std::string& host, std::uint16_t port) {
  Endpoint chosen = Endpoint::parse(host, port);
  if (chosen.valid()) return chosen;
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* list = nullptr;
  const int failure = getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (failure != 0) return error_code(failure, asio::error::get_addrinfo_category());
  for (const addrinfo* a = list; a != nullptr; a = a->ai_next) {
    if (chosen.valid() && !(chosen.is_v6() && a->ai_family == AF_INET)) continue;
    std::memcpy(&chosen.storage, a->ai_addr, a->ai_addrlen);
    chosen.length = a->ai_addrlen;
  }
  freeaddrinfo(list);
  if (!chosen.valid()) return error_code(EAI_NONAME, asio::error::get_addrinfo_category());
  chosen.set_port(port);
  return chosen;
}

/// Shared with the threads, so that one that sits in getaddrinfo can outlive the resolver.
struct Resolver::State {
  struct Question {
    std::string name;
    std::function<void(Result<Endpoint>)> done;
  };
  explicit State(asio::io_context& c) : context(&c) {}
  std::mutex mutex;
  std::condition_variable more;
  std::deque<Question> questions;
  asio::io_context* context;  // nullptr: closed
  int threads = 0;
  int idle = 0;

  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      ++idle;
      more.wait(lock, [this] { return context == nullptr || !questions.empty(); });
      --idle;
      if (context == nullptr) return;
      Question question = std::move(questions.front());
      questions.pop_front();
      lock.unlock();
      Result<Endpoint> answer = resolve_blocking(question.name, 0);
      lock.lock();
      if (context == nullptr) return;
      auto deliver = [done = std::move(question.done), answer] { done(answer); };
      asio::post(*context, std::move(deliver));
    }
  }
};

Resolver::Resolver(asio::io_context& context) : state_(std::make_shared<State>(context)) {}

Resolver::~Resolver() {
  const std::lock_guard lock(state_->mutex);
  state_->context = nullptr;
  state_->questions.clear();
  state_->more.notify_all();
}

void Resolver::resolve(std::string name, std::function<void(Result<Endpoint>)> done) {
  const std::lock_guard lock(state_->mutex);
  state_->questions.push_back(State::Question{std::move(name), std::move(done)});
  if (state_->idle == 0 && state_->threads < kThreadsMax) {
    ++state_->threads;
    std::thread([state = state_] { state->work(); }).detach();  // the state keeps itself alive
  }
  state_->more.notify_one();
}

}  // namespace aesel::net
