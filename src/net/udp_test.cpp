#include "net/udp.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <string>

namespace aesel::net {
namespace {

class Recorder final : public DatagramSink {
 public:
  void on_datagram(const Datagram& datagram) override {
    texts.emplace_back(datagram.bytes.data(), datagram.bytes.size());
    from = *datagram.from;
    received_ns = datagram.received_ns;
    for (std::size_t i = 0; i < kDatagramSlack; ++i) EXPECT_EQ(datagram.bytes.data()[datagram.bytes.size() + i], 0);
  }
  void on_batch_end() override { ++batches; }
  std::vector<std::string> texts;
  Endpoint from;
  std::int64_t received_ns = 0;
  int batches = 0;
};

void receive_until(const Fd& fd, UdpBatch& batch, Recorder& recorder, std::size_t count) {
  while (recorder.texts.size() < count) {
    pollfd wait{fd.get(), POLLIN, 0};
    ASSERT_EQ(::poll(&wait, 1, 5000), 1) << "datagrams missing";
    batch.receive(fd, recorder, MSG_DONTWAIT);
  }
}

TEST(Endpoint, ReadsNumericAddressesOnly) {
  EXPECT_EQ(Endpoint::parse("127.0.0.1", 80).text(), "127.0.0.1:80");
  EXPECT_EQ(Endpoint::parse("::1", 80).text(), "[::1]:80");
  EXPECT_EQ(Endpoint::parse("[::1]", 80).text(), "[::1]:80");
  EXPECT_EQ(Endpoint::parse("::ffff:127.0.0.1", 80), Endpoint::parse("127.0.0.1", 80));
  for (const char* bad : {"", "localhost", "1.2.3", "1.2.3.4.5", "[::1"}) EXPECT_FALSE(Endpoint::parse(bad, 1).valid());
}

TEST(Udp, DeliversBytesSenderAndTime) {
  auto fd = open_udp({.host = "127.0.0.1"});
  ASSERT_TRUE(fd);
  auto sender = UdpSender::open(1 << 20);
  ASSERT_TRUE(sender);
  const std::string big(kDatagramBytesMax, 'x');
  const Endpoint to = Endpoint::parse("127.0.0.1", local_port(*fd));
  for (const std::string_view text : {std::string_view("one"), std::string_view(), std::string_view(big)}) {
    sender->queue(to, text);
  }
  sender->flush();
  EXPECT_EQ(sender->sent(), 3u);
  UdpBatch batch;
  Recorder recorder;
  receive_until(*fd, batch, recorder, 3);
  EXPECT_EQ(recorder.texts[0], "one");
  EXPECT_EQ(recorder.texts[1], "");
  EXPECT_EQ(recorder.texts[2], big);
  EXPECT_EQ(recorder.from.text().substr(0, 10), "127.0.0.1:");
  EXPECT_GT(recorder.received_ns, 1'600'000'000'000'000'000);
}

TEST(Udp, ListensOnBothFamiliesAndReportsV4AsV4) {
  auto fd = open_udp({});
  ASSERT_TRUE(fd);
  auto sender = UdpSender::open(1 << 20);
  ASSERT_TRUE(sender);
  UdpBatch batch;
  Recorder recorder;
  const Endpoint to = Endpoint::parse("127.0.0.1", local_port(*fd));
  sender->queue(to, "v4");
  sender->flush();
  receive_until(*fd, batch, recorder, 1);
  EXPECT_FALSE(recorder.from.is_v6());
}

TEST(UdpSender, CountsWhatCannotLeaveAndSendsTheRest) {
  auto fd = open_udp({.host = "127.0.0.1"});
  ASSERT_TRUE(fd);
  auto sender = UdpSender::open(1 << 20);
  ASSERT_TRUE(sender);
  const Endpoint good = Endpoint::parse("127.0.0.1", local_port(*fd));
  const Endpoint nowhere;
  const Endpoint refused = Endpoint::parse("255.255.255.255", 9);  // broadcasting needs a socket option
  sender->queue(nowhere, "x");
  sender->queue(refused, "y");
  sender->queue(good, "a");
  sender->flush();
  EXPECT_EQ(sender->dropped(), 2u);
  UdpBatch batch;
  Recorder recorder;
  receive_until(*fd, batch, recorder, 1);
  EXPECT_EQ(recorder.texts[0], "a");
}

TEST(Udp, SaysWhenThePortIsTaken) {
  auto first = open_udp({.host = "127.0.0.1"});
  ASSERT_TRUE(first);
  auto second = open_udp({.host = "127.0.0.1", .port = local_port(*first)});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), boost::system::errc::address_in_use);
}

}  // namespace
}  // namespace aesel::net
