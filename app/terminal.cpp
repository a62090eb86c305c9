#include "app/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace aesel::app {
namespace {

std::string_view code_of(Style style) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kBold:
      return "\x1b[1m";
    case Style::kDim:
      return "\x1b[2m";
    case Style::kGreen:
      return "\x1b[32m";
    case Style::kYellow:
      return "\x1b[33m";
    case Style::kRed:
      return "\x1b[31m";
    case Style::kCyan:
      return "\x1b[36m";
  }
  return "";
}

winsize window_of(std::FILE* stream) {
  winsize size{};
  if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0) return winsize{};
  return size;
}

/// Bytes of the escape sequence at the beginning of the text; 0: there is none.
std::size_t escape_length(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const auto end = std::find_if(text.begin() + 2, text.end(), [](char c) { return c >= '@' && c <= '~'; });
  return static_cast<std::size_t>(end - text.begin()) + (end == text.end() ? 0 : 1);
}

}  // namespace

Terminal::Terminal(std::FILE* stream) : stream_(stream) {
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb" || *term == '\0';
  interactive_ = isatty(fileno(stream)) == 1 && !dumb;
  colours_ = interactive_ && std::getenv("NO_COLOR") == nullptr;
}

std::string Terminal::styled(Style style, std::string_view text) const {
  if (!colours_ || style == Style::kPlain) return std::string(text);
  return fmt::format("{}{}\x1b[0m", code_of(style), text);
}

int Terminal::columns() const {
  const int columns = window_of(stream_).ws_col;
  return columns > 0 ? columns : 80;
}

int Terminal::rows() const {
  const int rows = window_of(stream_).ws_row;
  return rows > 0 ? rows : 24;
}

void Terminal::redraw(std::string_view block) {
  std::string out;
  if (drawn_lines_ > 0) out += fmt::format("\x1b[{}A", drawn_lines_);
  drawn_lines_ = 0;
  const int width = columns() - 1;
  const int height = rows() - 1;
  while (!block.empty() && drawn_lines_ < height) {
    const std::size_t end = std::min(block.find('\n'), block.size());
    out += cut_to_columns(block.substr(0, end), width) + "\x1b[K\n";
    block.remove_prefix(std::min(end + 1, block.size()));
    ++drawn_lines_;
  }
  print(out + "\x1b[J");
}

void Terminal::keep() {
  drawn_lines_ = 0;
}

void Terminal::print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream_);
  std::fflush(stream_);
}

HiddenCursor::HiddenCursor(Terminal& terminal) : terminal_(terminal) {
  if (terminal_.interactive()) terminal_.print("\x1b[?25l");
}

HiddenCursor::~HiddenCursor() {
  if (terminal_.interactive()) terminal_.print("\x1b[?25h");
}

std::string cut_to_columns(std::string_view line, int columns) {
  std::string cut;
  int used = 0;
  while (!line.empty()) {
    std::size_t take = escape_length(line);
    if (take == 0) {
      take = 1;
      while (take < line.size() && (static_cast<unsigned char>(line[take]) & 0xC0) == 0x80) ++take;
      if (++used > columns) {
        line.remove_prefix(take);
        continue;  // escape sequences further on still count: they switch colours off again
      }
    }
    cut += line.substr(0, take);
    line.remove_prefix(take);
  }
  return cut;
}

std::string format_count(double count) {
  if (count < 999.5) return fmt::format("{:.0f}", count);
  if (count < 999'950) return fmt::format("{:.1f}k", count / 1e3);
  if (count < 999'950'000) return fmt::format("{:.1f}M", count / 1e6);
  return fmt::format("{:.1f}G", count / 1e9);
}

std::string format_ns(double ns) {
  if (ns < 999.5) return fmt::format("{:.0f} ns", ns);
  if (ns < 999'950) return fmt::format("{:.1f} us", ns / 1e3);
  if (ns < 999'995'000) return fmt::format("{:.2f} ms", ns / 1e6);
  return fmt::format("{:.2f} s", ns / 1e9);
}

std::string format_percent(double fraction) {
  const double percent = fraction * 100;
  if (percent == 0) return "0 %";
  if (percent < 0.1) return fmt::format("{:.2g} %", percent);
  return fmt::format("{:.1f} %", percent);
}

std::string format_bytes(std::uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{} B", bytes);
  if (bytes < 1024 * 1024) return fmt::format("{} KiB", bytes / 1024);
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1024 * 1024));
}

}  // namespace aesel::app
