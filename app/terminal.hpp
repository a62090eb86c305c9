// Terminal: what a stream is connected to, colours only where they show, redrawing in place, and numbers as
// people read them.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace aesel::app {

enum class Style { kPlain, kBold, kDim, kGreen, kYellow, kRed, kCyan };

/// A view of stdout or stderr. Colours and redrawing only on a terminal, and never with NO_COLOR set or
/// TERM=dumb.
class Terminal {
 public:
  explicit Terminal(std::FILE* stream);
  bool interactive() const { return interactive_; }
  /// The text in that style, or as it is where styles do not show.
  std::string styled(Style style, std::string_view text) const;
  int columns() const;  // 80 when unknown
  int rows() const;     // 24 when unknown

  /// Puts a block of lines (each ending in a line feed) where the last block stood. Lines are cut to the
  /// width.
  void redraw(std::string_view block);
  /// The next redraw starts below the last block.
  void keep();
  void print(std::string_view text);

 private:
  std::FILE* stream_;
  bool interactive_ = false;
  bool colours_ = false;
  int drawn_lines_ = 0;
};

/// Hides the cursor of an interactive terminal while it lives.
class HiddenCursor {
 public:
  explicit HiddenCursor(Terminal& terminal);
  ~HiddenCursor();
  HiddenCursor(const HiddenCursor&) = delete;
  HiddenCursor& operator=(const HiddenCursor&) = delete;

 private:
  Terminal& terminal_;
};

/// The first `columns` columns of a line; escape sequences take none, other characters one each.
std::string cut_to_columns(std::string_view line, int columns);

std::string format_count(double count);         // "950", "1.2k", "3.4M"
std::string format_ns(double ns);               // "850 ns", "12.3 us", "4.56 ms", "1.20 s"
std::string format_percent(double fraction);    // "0 %", "0.012 %", "3.4 %"
std::string format_bytes(std::uint64_t bytes);  // "512 B", "208 KiB", "4.0 MiB"

}  // namespace aesel::app
