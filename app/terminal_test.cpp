#include "app/terminal.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <memory>

#include "app/signals.hpp"

namespace aesel::app {
namespace {

TEST(Formats, Counts) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999.4), "999");
  EXPECT_EQ(format_count(1'000), "1.0k");
  EXPECT_EQ(format_count(1'234), "1.2k");
  EXPECT_EQ(format_count(999'960), "1.0M");
  EXPECT_EQ(format_count(3'400'000), "3.4M");
}

TEST(Formats, Durations) {
  EXPECT_EQ(format_ns(850), "850 ns");
  EXPECT_EQ(format_ns(12'340), "12.3 us");
  EXPECT_EQ(format_ns(999'960), "1.00 ms");
  EXPECT_EQ(format_ns(4'560'000), "4.56 ms");
  EXPECT_EQ(format_ns(1.2e9), "1.20 s");
}

TEST(Formats, PercentAndBytes) {
  EXPECT_EQ(format_percent(0), "0 %");
  EXPECT_EQ(format_percent(0.00012), "0.012 %");
  EXPECT_EQ(format_percent(0.034), "3.4 %");
  EXPECT_EQ(format_bytes(512), "512 B");
  EXPECT_EQ(format_bytes(212'992), "208 KiB");
  EXPECT_EQ(format_bytes(4 << 20), "4.0 MiB");
}

TEST(CutToColumns, CountsCharactersNotBytesNorEscapes) {
  EXPECT_EQ(cut_to_columns("abcdef", 3), "abc");
  EXPECT_EQ(cut_to_columns("ab", 3), "ab");
  EXPECT_EQ(cut_to_columns("\u28ff\u28fe\u28fd", 2), "\u28ff\u28fe");
  EXPECT_EQ(cut_to_columns("\x1b[32mgreen\x1b[0m", 3), "\x1b[32mgre\x1b[0m");
  EXPECT_EQ(cut_to_columns("", 3), "");
}

TEST(Terminal, AFileGetsNoColours) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), std::fclose);
  ASSERT_TRUE(file);
  const Terminal terminal(file.get());
  EXPECT_FALSE(terminal.interactive());
  EXPECT_EQ(terminal.styled(Style::kRed, "x"), "x");
  EXPECT_EQ(terminal.columns(), 80);
  EXPECT_EQ(terminal.rows(), 24);
}

TEST(StopSignal, IsRaisedBySigtermAndEndsAWait) {
  const StopSignal stop;
  EXPECT_FALSE(stop.raised());
  EXPECT_FALSE(stop.wait_ms(0));
  std::raise(SIGTERM);
  EXPECT_TRUE(stop.raised());
  EXPECT_TRUE(stop.wait_ms(60'000));
}

TEST(StopSignal, AnEarlierOneIsForgotten) {
  {
    const StopSignal stop;
    std::raise(SIGINT);
    EXPECT_TRUE(stop.raised());
  }
  const StopSignal stop;
  EXPECT_FALSE(stop.raised());
}

}  // namespace
}  // namespace aesel::app
