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
    for (std::size_t i = 0; i < kDatagramSlack; ++i)
      EXPECT_EQ(datagram.bytes.data()[datagram.bytes.size() + i], 0);
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
  for (const char* bad : {"", "localhost", "1.2.3", "1.2.3.4.5", "[::1"})
    EXPECT_FALSE(Endpoint::parse(bad, 1).valid());
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

TEST(UdpSender, KeepsOrderAndBytesWhateverLeavesInOnePiece) {
  std::vector<std::string> texts;
  for (int i = 0; i < 150; ++i) texts.push_back("equal " + std::to_string(1000 + i));  // more than one piece
  for (int i = 0; i < 20; ++i)
    texts.push_back(std::string(static_cast<std::size_t>(i % 3), 'x'));  // empty ones, too
  for (int i = 0; i < 3; ++i)
    texts.push_back(std::string(30'000, static_cast<char>('a' + i)));  // two to a piece
  for (int i = 0; i < 120; ++i)
    texts.push_back("again " + std::to_string(1000 + i));  // beyond the queue's length
  auto sender = UdpSender::open(8 << 20);
  ASSERT_TRUE(sender);
  std::vector<Fd> devices;
  std::vector<Endpoint> to;
  for (const char* const host : {"127.0.0.1", "127.0.0.1", "::1"}) {
    auto fd = open_udp({.host = host});
    if (!fd) continue;  // a machine without IPv6
    to.push_back(Endpoint::parse(host, local_port(*fd)));
    devices.push_back(std::move(*fd));
  }
  for (const std::string& text : texts) sender->queue(to, text);
  sender->flush();
  EXPECT_EQ(sender->sent(), texts.size() * to.size());
  EXPECT_EQ(sender->dropped(), 0u);
  for (const Fd& device : devices) {
    UdpBatch batch;
    Recorder recorder;
    receive_until(device, batch, recorder, texts.size());
    EXPECT_EQ(recorder.texts, texts);
  }
}

TEST(UdpSender, FillsUpWithSpacesOnlyWhenAsked) {
  std::vector<std::string> texts;
  for (int i = 0; i < 100; ++i) texts.push_back("{\"n\":" + std::to_string((i * 7919) % 1301) + "}");
  texts.push_back(std::string(3000, 'x'));  // so much longer that nothing is filled up to it
  for (const auto filler : {UdpSender::Filler::kNone, UdpSender::Filler::kSpaces}) {
    auto fd = open_udp({.host = "127.0.0.1"});
    ASSERT_TRUE(fd);
    auto sender = UdpSender::open(1 << 20, filler);
    ASSERT_TRUE(sender);
    const Endpoint to = Endpoint::parse("127.0.0.1", local_port(*fd));
    for (const std::string& text : texts) sender->queue(to, text);
    sender->flush();
    EXPECT_EQ(sender->sent(), texts.size());
    UdpBatch batch;
    Recorder recorder;
    receive_until(*fd, batch, recorder, texts.size());
    std::size_t filled = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::string& got = recorder.texts[i];
      filled += got.size() - texts[i].size();
      EXPECT_LE(got.size(), texts[i].size() + 512);
      EXPECT_EQ(got.substr(0, got.find_last_not_of(' ') + 1), texts[i]);
    }
    EXPECT_EQ(filled > 0, filler == UdpSender::Filler::kSpaces);
    EXPECT_EQ(recorder.texts.back(), texts.back());
  }
}

TEST(UdpSender, CountsEverySegmentOfARefusedPiece) {
  auto fd = open_udp({.host = "127.0.0.1"});
  ASSERT_TRUE(fd);
  auto sender = UdpSender::open(1 << 20);
  ASSERT_TRUE(sender);
  const Endpoint to[] = {Endpoint::parse("255.255.255.255", 9),
                         Endpoint::parse("127.0.0.1", local_port(*fd))};
  for (const char* const text : {"a", "b", "c"}) sender->queue(to, text);
  sender->flush();
  EXPECT_EQ(sender->dropped(), 3u);
  EXPECT_EQ(sender->sent(), 3u);
  UdpBatch batch;
  Recorder recorder;
  receive_until(*fd, batch, recorder, 3);
  EXPECT_EQ(recorder.texts, (std::vector<std::string>{"a", "b", "c"}));
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
