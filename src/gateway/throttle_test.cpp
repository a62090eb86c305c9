#include "gateway/throttle.hpp"

#include <gtest/gtest.h>

namespace aesel::gateway {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

struct Throttling : ::testing::Test {
  /// The seconds to wait; 0 for a try that was let in, and failed.
  int fail(const std::string& name, const std::string& address) {
    const Throttle::Admission admission = throttle.begin(name, address);
    if (!admission.attempt) return admission.retry_after_s;
    admission.attempt->fail();
    return 0;
  }
  bool succeed(const std::string& name, const std::string& address) {
    const Throttle::Admission admission = throttle.begin(name, address);
    if (admission.attempt) admission.attempt->succeed();
    return admission.attempt != nullptr;
  }
  void wait(int seconds) { clock.advance_ns(seconds * kSecondNs); }

  ManualClock clock;
  ThrottleOptions options;
  Throttle throttle{clock};
};

TEST_F(Throttling, WaitsDoubleFromTheFifthFailureOn) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(fail("eve", "192.0.2.1"), 0) << i;
  for (const int seconds : {1, 2, 4, 8, 16, 30, 30}) {
    EXPECT_EQ(fail("eve", "192.0.2.1"), seconds);
    wait(seconds - 1);
    EXPECT_EQ(fail("eve", "192.0.2.1"), 1) << "an early try is not counted";
    wait(1);
    EXPECT_EQ(fail("eve", "192.0.2.1"), 0);
  }
}

TEST_F(Throttling, OthersCannotLockTheOwnerOut) {
  for (int i = 0; i < 1000; ++i) {
    fail("eve", "192.0.2.1");
    wait(1);
  }
  EXPECT_GT(fail("eve", "192.0.2.1"), 0);
  EXPECT_TRUE(succeed("eve", "198.51.100.7"));
  EXPECT_EQ(fail("eve", "198.51.100.7"), 0);
}

TEST_F(Throttling, GuessingFromManyAddressesIsSlowAfterEachFirstTry) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(fail("eve", "10.0.0." + std::to_string(i)), 0);
  EXPECT_EQ(fail("eve", "10.0.0.1"), 1);
  EXPECT_EQ(fail("eve", "10.0.0.9"), 0);
  EXPECT_EQ(fail("eve", "10.0.0.9"), 2);
}

TEST_F(Throttling, SuccessForgetsTheNameButNotTheAddress) {
  for (int i = 0; i < 19; ++i) EXPECT_EQ(fail("name" + std::to_string(i), "192.0.2.1"), 0);
  EXPECT_TRUE(succeed("eve", "192.0.2.1"));
  EXPECT_EQ(fail("somebody", "192.0.2.1"), 0);
  EXPECT_EQ(fail("somebody else", "192.0.2.1"), 1) << "twenty failures from here";
  EXPECT_EQ(fail("somebody else", "192.0.2.2"), 0);
}

TEST_F(Throttling, SuccessLetsTheOwnerMistypeAgain) {
  for (int i = 0; i < 4; ++i) EXPECT_EQ(fail("eve", "192.0.2.1"), 0);
  EXPECT_TRUE(succeed("eve", "192.0.2.1"));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(fail("eve", "192.0.2.1"), 0);
  EXPECT_EQ(fail("eve", "192.0.2.1"), 1);
}

TEST_F(Throttling, AnAddressWaitsAtMostFiveMinutes) {
  int last = 0;
  for (int i = 0; i < 40; ++i) {
    last = fail("name" + std::to_string(i), "192.0.2.1");
    if (last > 0) wait(last);
  }
  fail("x", "192.0.2.1");
  EXPECT_EQ(fail("y", "192.0.2.1"), 300);
}

TEST_F(Throttling, AllIsForgottenInTime) {
  for (int i = 0; i < 30; ++i) fail("eve", "192.0.2.1");
  wait(901);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(fail("eve", "192.0.2.1"), 0);
}

TEST_F(Throttling, AWholeIpv6NetworkCountsAsOne) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(fail("eve", "2001:db8::" + std::to_string(i)), 0);
  EXPECT_EQ(fail("eve", "2001:db8::ffff"), 1);
  EXPECT_EQ(fail("eve", "2001:db8:0:1::1"), 0);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(fail("adam", "::ffff:192.0.2.1"), 0);
  EXPECT_EQ(fail("adam", "192.0.2.1"), 1) << "the same address, written otherwise";
  EXPECT_EQ(fail("adam", "no address"), 0);
}

TEST_F(Throttling, TriesUnderWayAreBounded) {
  std::vector<Throttle::Admission> under_way;
  for (int i = 0; i < 16; ++i) under_way.push_back(throttle.begin("eve", "192.0.2.1"));
  for (const auto& admission : under_way) EXPECT_NE(admission.attempt, nullptr);
  EXPECT_EQ(fail("eve", "192.0.2.1"), 1);
  for (int i = 0; i < 16; ++i) under_way.push_back(throttle.begin(std::to_string(i), "192.0.2.1"));
  EXPECT_EQ(fail("another", "192.0.2.1"), 1);
  EXPECT_EQ(fail("another", "192.0.2.2"), 0);
  under_way.clear();
  EXPECT_EQ(fail("eve", "192.0.2.1"), 0) << "without a verdict nothing is counted";
}

TEST_F(Throttling, MemoryIsBounded) {
  for (int i = 0; i < 50'000; ++i) fail("name" + std::to_string(i), "10.0." + std::to_string(i / 200) + ".1");
  EXPECT_LE(throttle.size(), 3 * options.entries_max);
  EXPECT_EQ(throttle.begin(std::string(100'000, 'x'), "a").retry_after_s, 0);
}

TEST_F(Throttling, WhatSucceedsLeavesNothing) {
  EXPECT_TRUE(succeed("eve", "192.0.2.1"));
  EXPECT_EQ(throttle.size(), 0u);
}

}  // namespace
}  // namespace aesel::gateway
