#include "app/braille_canvas.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "base/check.hpp"

namespace aesel::app {
namespace {

// The bit of each dot in a cell, by column and row: U+2800 plus these.
constexpr std::uint8_t kBits[2][4] = {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}};
constexpr int kLineDotsMax = 10'000;  // a line to somewhere far away is not worth following

}  // namespace

BrailleCanvas::BrailleCanvas(int columns, int rows)
    : columns_(columns),
      rows_(rows),
      cells_(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows)) {
  CHECK(columns > 0 && rows > 0);
}

void BrailleCanvas::set(Dot dot) {
  if (dot.x < 0 || dot.y < 0 || dot.x >= width() || dot.y >= height()) return;
  cells_[static_cast<std::size_t>(dot.y / 4 * columns_ + dot.x / 2)] |= kBits[dot.x % 2][dot.y % 4];
}

void BrailleCanvas::line(Dot from, Dot to) {
  const int steps = std::max(std::abs(to.x - from.x), std::abs(to.y - from.y));
  if (steps > kLineDotsMax) return;
  for (int i = 0; i <= steps; ++i) {
    const double part = steps == 0 ? 0 : static_cast<double>(i) / steps;
    set({from.x + static_cast<int>(std::lround(part * (to.x - from.x))),
         from.y + static_cast<int>(std::lround(part * (to.y - from.y)))});
  }
}

std::vector<std::string> BrailleCanvas::rows() const {
  std::vector<std::string> lines;
  for (int row = 0; row < rows_; ++row) {
    std::string& line = lines.emplace_back();
    for (int column = 0; column < columns_; ++column) {
      const std::uint8_t bits = cells_[static_cast<std::size_t>(row * columns_ + column)];
      // U+2800 to U+28FF in UTF-8: E2, then A0 to A3, then 80 to BF.
      line += '\xE2';
      line += static_cast<char>(0xA0 | bits >> 6);
      line += static_cast<char>(0x80 | (bits & 0x3F));
    }
  }
  return lines;
}

}  // namespace aesel::app
