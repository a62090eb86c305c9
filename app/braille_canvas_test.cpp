#include "app/braille_canvas.hpp"

#include <gtest/gtest.h>

namespace aesel::app {
namespace {

TEST(BrailleCanvas, EmptyIsBlankCells) {
  const BrailleCanvas canvas(3, 2);
  EXPECT_EQ(canvas.rows(), (std::vector<std::string>{"\u2800\u2800\u2800", "\u2800\u2800\u2800"}));
  EXPECT_EQ(canvas.width(), 6);
  EXPECT_EQ(canvas.height(), 8);
}

TEST(BrailleCanvas, EveryDotHasItsPlace) {
  const char* expected[] = {"\u2801", "\u2808", "\u2802", "\u2810", "\u2804", "\u2820", "\u2840", "\u2880"};
  for (int i = 0; i < 8; ++i) {
    BrailleCanvas canvas(1, 1);
    canvas.set({i % 2, i / 2});
    EXPECT_EQ(canvas.rows()[0], expected[i]);
  }
}

TEST(BrailleCanvas, AllDotsOfACellAddUp) {
  BrailleCanvas canvas(1, 1);
  for (int x = 0; x < 2; ++x) {
    for (int y = 0; y < 4; ++y) canvas.set({x, y});
  }
  EXPECT_EQ(canvas.rows()[0], "\u28ff");
}

TEST(BrailleCanvas, DotsOutsideAreLeftOut) {
  BrailleCanvas canvas(1, 1);
  for (const Dot dot : {Dot{-1, 0}, Dot{0, -1}, Dot{2, 0}, Dot{0, 4}, Dot{1 << 30, 1 << 30}}) canvas.set(dot);
  EXPECT_EQ(canvas.rows()[0], "\u2800");
}

TEST(BrailleCanvas, LinesIncludeTheirEndsInAnyDirection) {
  BrailleCanvas right(2, 1), left(2, 1), point(1, 1), diagonal(2, 1);
  right.line({0, 0}, {3, 0});
  left.line({3, 0}, {0, 0});
  EXPECT_EQ(right.rows()[0], "\u2809\u2809");
  EXPECT_EQ(left.rows(), right.rows());
  point.line({0, 0}, {0, 0});
  EXPECT_EQ(point.rows()[0], "\u2801");
  diagonal.line({0, 0}, {3, 3});
  EXPECT_EQ(diagonal.rows()[0], "\u2811\u2884");
}

}  // namespace
}  // namespace aesel::app
