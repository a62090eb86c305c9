// What `aesel demo` shows: the figure as a device received it, and numbers beside it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/demo_account.hpp"
#include "app/demo_figure.hpp"

namespace aesel::app {

struct DemoFacts {
  std::string server;  // URL
  std::string scene;
  std::size_t objects = 0;
  double fps = 60;
  int devices = 2;
};

/// The figure seen from the front, in the middle of `rows` lines of `columns` characters. Parts that have not
/// arrived are left out.
std::vector<std::string> draw_figure(const DemoFigure& figure,
                                     const std::vector<std::optional<EventMatrix>>& parts, int columns,
                                     int rows);
/// The whole live view.
std::string render_demo(const DemoFacts& facts, const DemoNumbers& numbers, double seconds,
                        const std::vector<std::string>& picture);
/// One line, where nothing can be redrawn.
std::string demo_line(const DemoNumbers& numbers, double seconds);
/// What there was to see, at the end.
std::string demo_summary(const DemoFacts& facts, const DemoNumbers& numbers, const LatencyHistogram& latency,
                         double seconds);

}  // namespace aesel::app
