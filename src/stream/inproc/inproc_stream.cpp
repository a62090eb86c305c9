#include "stream/inproc/inproc_stream.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace aesel::stream {
namespace {

namespace asio = boost::asio;

struct Shared {
  EventSink* sink = nullptr;
};

class InprocPublisher final : public Publisher {
 public:
  explicit InprocPublisher(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

  PublishOutcome publish(const Event& event) override {
    if (shared_->sink == nullptr) return PublishOutcome::kDropped;
    shared_->sink->on_event(event);
    return PublishOutcome::kSent;
  }
  void flush() override {
    if (shared_->sink != nullptr) shared_->sink->on_batch_end();
  }
  Result<void> check() override { return {}; }

 private:
  std::shared_ptr<Shared> shared_;
};

class InprocSubscriber final : public Subscriber {
 public:
  InprocSubscriber(asio::io_context& context, std::shared_ptr<Shared> shared)
      : shared_(std::move(shared)), until_stop_(context, asio::steady_timer::time_point::max()) {}

  Task<void> run(EventSink& sink) override {
    if (stopped_) co_return;
    shared_->sink = &sink;
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    co_await until_stop_.async_wait(token);
    shared_->sink = nullptr;
  }
  void stop() override {
    stopped_ = true;
    until_stop_.cancel();
  }

 private:
  std::shared_ptr<Shared> shared_;
  asio::steady_timer until_stop_;
  bool stopped_ = false;
};

}  // namespace

InprocStream make_inproc_stream(asio::io_context& context) {
  auto shared = std::make_shared<Shared>();
  InprocStream stream;
  stream.publisher = std::make_unique<InprocPublisher>(shared);
  stream.subscriber = std::make_unique<InprocSubscriber>(context, shared);
  return stream;
}

}  // namespace aesel::stream
