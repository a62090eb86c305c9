#include "stream/udp/udp_stream.hpp"

#include <cstring>

namespace aesel::stream {
namespace {

class UdpPublisher final : public Publisher {
 public:
  UdpPublisher(const net::Endpoint& destination, net::UdpSender sender, telemetry::Metrics& metrics)
      : destination_(destination),
        sender_(std::move(sender)),
        dropped_(
            metrics.counter("aesel_stream_dropped_total", "Events that the change stream could not take.")) {
    for (std::string& datagram : datagrams_) datagram.reserve(1024);
  }

  PublishOutcome publish(const Event& event) override {
    if (event.scene.size() + 1 + event.body.size() > net::kDatagramBytesMax) {
      dropped_.add();
      return PublishOutcome::kTooLarge;
    }
    if (used_ == datagrams_.size()) flush();
    std::string& datagram = datagrams_[used_++];
    datagram.assign(event.scene);
    datagram += '\n';
    datagram += event.body;
    sender_.queue(destination_, datagram);
    return PublishOutcome::kSent;
  }

  void flush() override {
    const std::uint64_t before = sender_.dropped();
    sender_.flush();
    if (sender_.dropped() != before) dropped_.add(sender_.dropped() - before);
    used_ = 0;
  }

  Result<void> check() override { return {}; }

 private:
  net::Endpoint destination_;
  net::UdpSender sender_;
  telemetry::Counter& dropped_;
  std::vector<std::string> datagrams_ = std::vector<std::string>(64);  // they keep their capacity
  std::size_t used_ = 0;
};

class UdpStreamSubscriber final : public Subscriber, net::DatagramSink {
 public:
  UdpStreamSubscriber(std::unique_ptr<net::UdpReceiver> receiver, telemetry::Metrics& metrics)
      : receiver_(std::move(receiver)),
        malformed_(metrics.counter("aesel_stream_malformed_total",
                                   "Datagrams of the change stream that were not understood.")) {}

  Task<void> run(EventSink& sink) override {
    sink_ = &sink;
    co_await receiver_->run(*this);
    sink_ = nullptr;
  }
  void stop() override { receiver_->stop(); }

 private:
  void on_datagram(const net::Datagram& datagram) override {
    const std::string_view text(datagram.bytes.data(), datagram.bytes.size());
    const std::size_t feed = text.find('\n');
    if (feed == text.npos || feed == 0) {
      malformed_.add();
      return;
    }
    std::string_view body = text.substr(feed + 1);
    body = body.substr(0, body.find('\n'));
    if (body.empty()) {
      malformed_.add();
      return;
    }
    const Event event{text.substr(0, feed), body, datagram.received_ns};
    sink_->on_event(event);
  }
  void on_batch_end() override { sink_->on_batch_end(); }

  std::unique_ptr<net::UdpReceiver> receiver_;
  telemetry::Counter& malformed_;
  EventSink* sink_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<Publisher>> open_udp_publisher(const net::Endpoint& destination, int send_buffer_bytes,
                                                      telemetry::Metrics& metrics) {
  if (!destination.valid()) return make_error_code(boost::system::errc::invalid_argument);
  auto sender = net::UdpSender::open(send_buffer_bytes);
  if (!sender) return sender.error();
  return std::unique_ptr<Publisher>(std::make_unique<UdpPublisher>(destination, std::move(*sender), metrics));
}

Result<UdpSubscriber> open_udp_subscriber(boost::asio::io_context& context, const net::UdpOptions& options,
                                          telemetry::Metrics& metrics) {
  auto receiver = net::open_udp_receiver(context, options);
  if (!receiver) return receiver.error();
  UdpSubscriber result;
  result.port = (*receiver)->port();
  result.subscriber = std::make_unique<UdpStreamSubscriber>(std::move(*receiver), metrics);
  return result;
}

}  // namespace aesel::stream
