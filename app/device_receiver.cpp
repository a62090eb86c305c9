#include "app/device_receiver.hpp"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/clock.hpp"

namespace aesel::app {
namespace {

constexpr int kStopCheckMs = 50;
constexpr int kReady = 64;

/// Hands the datagrams of one socket on, with one look at the clock per batch.
class Forward final : public net::DatagramSink {
 public:
  explicit Forward(DeviceListener& listener) : listener_(listener) {}
  void on_datagram(const net::Datagram& datagram) override {
    if (now_ns_ == 0) now_ns_ = system_clock().steady_ns();
    listener_.on_event(device, {datagram.bytes.data(), datagram.bytes.size()}, now_ns_);
  }
  void on_batch_end() override { now_ns_ = 0; }

  std::size_t device = 0;

 private:
  DeviceListener& listener_;
  std::int64_t now_ns_ = 0;
};

}  // namespace

DeviceReceiver::DeviceReceiver(std::vector<const net::Fd*> sockets, DeviceListener& listener)
    : sockets_(std::move(sockets)), listener_(listener), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_.valid()) throw std::system_error(errno, std::system_category(), "epoll");
  for (std::size_t i = 0; i < sockets_.size(); ++i) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, sockets_[i]->get(), &event) != 0) {
      throw std::system_error(errno, std::system_category(), "epoll");
    }
  }
  thread_ = std::thread([this] { run(); });
}

DeviceReceiver::~DeviceReceiver() {
  stop();
}

void DeviceReceiver::stop() {
  stopping_.store(true);
  if (thread_.joinable()) thread_.join();
}

void DeviceReceiver::run() {
  net::UdpBatch batch;
  Forward forward(listener_);
  std::array<epoll_event, kReady> ready{};
  for (bool last_round = false; !last_round;) {
    last_round = stopping_.load();
    const int count = epoll_wait(epoll_.get(), ready.data(), kReady, last_round ? 0 : kStopCheckMs);
    for (int i = 0; i < count; ++i) {
      forward.device = static_cast<std::size_t>(ready[static_cast<std::size_t>(i)].data.u64);
      while (batch.receive(*sockets_[forward.device], forward, MSG_DONTWAIT) == net::UdpBatch::kMessages) {
      }
    }
    if (count == kReady) last_round = false;
  }
}

}  // namespace aesel::app
