// Addresses of event servers.
#include "app/stream_target.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace aesel::app {
namespace {

TEST(EventTarget, HostWithAndWithoutAPort) {
  EXPECT_EQ(parse_event_target("host:9000"), (EventTarget{"host", 9000}));
  EXPECT_EQ(parse_event_target("host"), (EventTarget{"host", kEventPort}));
  EXPECT_EQ(parse_event_target("127.0.0.1:1"), (EventTarget{"127.0.0.1", 1}));
}

TEST(EventTarget, Ipv6) {
  EXPECT_EQ(parse_event_target("[::1]:9000"), (EventTarget{"::1", 9000}));
  EXPECT_EQ(parse_event_target("[::1]"), (EventTarget{"::1", kEventPort}));
  EXPECT_EQ(parse_event_target("fe80::1"), (EventTarget{"fe80::1", kEventPort}));
}

TEST(EventTarget, RefusesTheRest) {
  for (const char* bad : {"", ":1", "host:", "host:0", "host:65536", "host:+1", "host:1x", "http://host:1",
                          "[::1", "[::1]1", "[]:1", "a b:1"}) {
    EXPECT_EQ(parse_event_target(bad), std::nullopt) << bad;
  }
}

TEST(EventTarget, ResolvesNumericAddresses) {
  for (const auto& [target, text] : {std::pair(EventTarget{"127.0.0.1", 8762}, "127.0.0.1:8762"),
                                     std::pair(EventTarget{"::1", 1}, "[::1]:1")}) {
    const auto endpoint = resolve(target);
    ASSERT_TRUE(endpoint) << endpoint.error();
    EXPECT_EQ(endpoint->text(), text);
  }
}

}  // namespace
}  // namespace aesel::app
