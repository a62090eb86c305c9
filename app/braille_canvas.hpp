// BrailleCanvas: draws dots and lines with the Unicode braille characters, two by four dots in each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace aesel::app {

struct Dot {
  int x = 0;  // to the right
  int y = 0;  // downwards
};

class BrailleCanvas {
 public:
  /// REQUIRES: both positive; characters, not dots.
  BrailleCanvas(int columns, int rows);
  int width() const { return columns_ * 2; }
  int height() const { return rows_ * 4; }
  /// Dots outside are left out.
  void set(Dot dot);
  void line(Dot from, Dot to);
  /// One string for each row, without line ends.
  std::vector<std::string> rows() const;

 private:
  int columns_;
  int rows_;
  std::vector<std::uint8_t> cells_;
};

}  // namespace aesel::app
