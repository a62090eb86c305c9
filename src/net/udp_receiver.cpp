// UdpReceiver: the receive loop of the event path.
#include <fcntl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/udp.hpp"

namespace aesel::net {
namespace {

namespace asio = boost::asio;

class Receiver final : public UdpReceiver {
 public:
  Receiver(asio::io_context& context, Fd fd)
      : port_(local_port(fd)),
        fd_(std::move(fd)),
        descriptor_(context.get_executor(), fd_.get()),
        until_stop_(context, asio::steady_timer::time_point::max()) {}

  ~Receiver() override { descriptor_.release(); }  // fd_ closes it

  std::uint16_t port() const override { return port_; }

  Task<void> run(DatagramSink& sink) override {
    if (stopped_) co_return;
    sink_ = &sink;
    wait();
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    while (sink_ != nullptr) co_await until_stop_.async_wait(token);
  }

  void stop() override {
    stopped_ = true;
    error_code ignored;
    descriptor_.cancel(ignored);
  }

 private:
  static constexpr int kBatchesPerWake = 4;

  /// A plain handler with the context's own executor, not a coroutine: this happens once per event, and saves
  /// about a microsecond of it.
  void wait() {
    descriptor_.async_wait(asio::posix::descriptor_base::wait_read, [this](const error_code& error) {
      if (error) return end_run();
      read();
    });
  }

  /// Under load go on reading without asking the event loop each time, but give HTTP its turn.
  void read() {
    for (int batch = 0; batch < kBatchesPerWake && !stopped_; ++batch) {
      if (batch_.receive(fd_, *sink_, MSG_DONTWAIT) < UdpBatch::kMessages) break;
    }
    if (stopped_) return end_run();
    wait();
  }

  void end_run() {
    sink_ = nullptr;
    until_stop_.cancel();
  }

  std::uint16_t port_;
  Fd fd_;
  asio::posix::basic_stream_descriptor<asio::io_context::executor_type> descriptor_;
  asio::steady_timer until_stop_;
  DatagramSink* sink_ = nullptr;  // while running
  UdpBatch batch_;
  bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<UdpReceiver>> open_udp_receiver(asio::io_context& context, const UdpOptions& options) {
  auto fd = open_udp(options);
  if (!fd) return fd.error();
  return std::unique_ptr<UdpReceiver>(std::make_unique<Receiver>(context, std::move(*fd)));
}

}  // namespace aesel::net
