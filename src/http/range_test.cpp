#include "http/range.hpp"

#include <gtest/gtest.h>

namespace aesel::http {
namespace {

constexpr Representation kThing{"\"abc\"", 100};

DeliveryChoice range(std::string_view header, std::uint64_t bytes = 100) {
  return choose_delivery({.range = header}, {"\"abc\"", bytes});
}

DeliveryChoice part(std::uint64_t first, std::uint64_t bytes) {
  return {Delivery::kPart, {first, bytes}};
}

TEST(Range, TakesOneRangeOfBytes) {
  EXPECT_EQ(range("bytes=0-9"), part(0, 10));
  EXPECT_EQ(range("bytes=99-99"), part(99, 1));
  EXPECT_EQ(range("bytes=90-"), part(90, 10));
  EXPECT_EQ(range("bytes=-10"), part(90, 10));
  EXPECT_EQ(range("BYTES= 0-9 "), part(0, 10));
  EXPECT_EQ(range("bytes=,0-9,"), part(0, 10));
}

TEST(Range, IsCutAtTheEnd) {
  EXPECT_EQ(range("bytes=50-1000"), part(50, 50));
  EXPECT_EQ(range("bytes=-1000"), part(0, 100));
  EXPECT_EQ(range("bytes=50-99999999999999999999999"), part(50, 50));
  EXPECT_EQ(range("bytes=-18446744073709551615"), part(0, 100));
  EXPECT_EQ(range("bytes=0-18446744073709551615", 18446744073709551615u), part(0, 18446744073709551615u));
}

TEST(Range, WithoutBytesIsRefused) {
  for (const char* header : {"bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999-"}) {
    EXPECT_EQ(range(header).delivery, Delivery::kUnsatisfiable) << header;
  }
  EXPECT_EQ(range("bytes=0-", 0).delivery, Delivery::kUnsatisfiable);
  EXPECT_EQ(range("bytes=-5", 0).delivery, Delivery::kUnsatisfiable);
}

TEST(Range, OfSeveralPartsIsRefused) {
  EXPECT_EQ(range("bytes=0-1,4-5").delivery, Delivery::kSeveralRanges);
  EXPECT_EQ(range("bytes=0-1, -5").delivery, Delivery::kSeveralRanges);
}

TEST(Range, ThatIsNoSyntaxIsIgnored) {
  for (const char* header :
       {"bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=0x1-5", "bytes=1-2-3", "bytes=+1-2",
        "items=0-1", "0-1", "bytes 0-1", "bytes=0-1,x", "bytes=,", "bytes==0-1", "bytes=1 - 2"}) {
    EXPECT_EQ(range(header).delivery, Delivery::kWhole) << header;
  }
}

TEST(IfNoneMatch, ComparesWeaklyAndReadsLists) {
  for (const char* header :
       {"\"abc\"", "W/\"abc\"", "*", " * ", "\"x\", \"abc\"", "\"x\",W/\"abc\" ,\"y\"", "\"a,b\", \"abc\""}) {
    EXPECT_EQ(choose_delivery({.if_none_match = header}, kThing).delivery, Delivery::kNotModified) << header;
  }
  for (const char* header : {"\"x\"", "abc", "\"abc", "\"ABC\"", "\"x\" \"", "", "W/"}) {
    EXPECT_EQ(choose_delivery({.if_none_match = header}, kThing).delivery, Delivery::kWhole) << header;
  }
}

TEST(IfNoneMatch, GoesBeforeTheRange) {
  const Conditions conditions{.range = "bytes=0-1", .if_none_match = "\"abc\""};
  EXPECT_EQ(choose_delivery(conditions, kThing).delivery, Delivery::kNotModified);
}

TEST(IfMatch, ComparesStrongly) {
  EXPECT_EQ(choose_delivery({.if_match = "\"abc\""}, kThing).delivery, Delivery::kWhole);
  EXPECT_EQ(choose_delivery({.if_match = "*"}, kThing).delivery, Delivery::kWhole);
  EXPECT_EQ(choose_delivery({.if_match = "W/\"abc\""}, kThing).delivery, Delivery::kPreconditionFailed);
  EXPECT_EQ(choose_delivery({.if_match = "\"x\""}, kThing).delivery, Delivery::kPreconditionFailed);
  EXPECT_FALSE(matches_strongly("W/\"abc\"", "W/\"abc\""));
}

TEST(IfRange, LetsTheRangeCountOnlyForTheSameVersion) {
  EXPECT_EQ(choose_delivery({.range = "bytes=0-1", .if_range = "\"abc\""}, kThing), part(0, 2));
  for (const char* header : {"\"x\"", "W/\"abc\"", "Sat, 29 Oct 1994 19:43:31 GMT", "*"}) {
    EXPECT_EQ(choose_delivery({.range = "bytes=0-1", .if_range = header}, kThing).delivery, Delivery::kWhole)
        << header;
  }
}

TEST(ContentRange, NamesFirstLastAndTotal) {
  EXPECT_EQ(content_range({10, 5}, 100), "bytes 10-14/100");
  EXPECT_EQ(content_range_refused(100), "bytes */100");
}

}  // namespace
}  // namespace aesel::http
