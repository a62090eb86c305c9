// UdpReceiver: the receive loop of the event path.
#include <fcntl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/udp.hpp"

namespace aesel::net {
namespace {

namespace asio = boost::asio;

class Receiver final : public UdpReceiver {
 public:
  Receiver(asio::io_context& context, Fd fd)
      : port_(local_port(fd)), fd_(std::move(fd)), descriptor_(context, fd_.get()) {}

  ~Receiver() override { descriptor_.release(); }  // fd_ closes it

  std::uint16_t port() const override { return port_; }

  Task<void> run(DatagramSink& sink) override {
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    while (!stopped_) {
      auto [error] = co_await descriptor_.async_wait(asio::posix::descriptor_base::wait_read, token);
      if (error) co_return;
      // Under load go on reading without asking the event loop each time, but give HTTP its turn.
      for (int batch = 0; batch < kBatchesPerWake && !stopped_; ++batch) {
        if (batch_.receive(fd_, sink, MSG_DONTWAIT) < UdpBatch::kMessages) break;
      }
    }
  }

  void stop() override {
    stopped_ = true;
    error_code ignored;
    descriptor_.cancel(ignored);
  }

 private:
  static constexpr int kBatchesPerWake = 4;
  std::uint16_t port_;
  Fd fd_;
  asio::posix::stream_descriptor descriptor_;
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
