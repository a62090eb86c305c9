#include "app/demo_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/braille_canvas.hpp"
#include "app/terminal.hpp"

namespace aesel::app {
namespace {

std::string count(std::uint64_t number) {
  return format_count(static_cast<double>(number));
}

double loss_of(const DemoNumbers& numbers) {
  return numbers.settled == 0 ? 0 : static_cast<double>(numbers.lost) / static_cast<double>(numbers.settled);
}

std::string loss_text(const DemoNumbers& numbers) {
  return fmt::format("{} ({})", numbers.lost, format_percent(loss_of(numbers)));
}

std::vector<std::string> text_lines(const DemoFacts& facts, const DemoNumbers& numbers, double seconds) {
  return {
      fmt::format("Aesel demo   {}   {:.0f} s", facts.server, seconds),
      "",
      fmt::format("scene        {}", facts.scene),
      fmt::format("objects      {}, each at {:.0f} updates/s", facts.objects, facts.fps),
      fmt::format("devices      {}", facts.devices),
      "",
      fmt::format("updates in   {:>7}/s   {:>7} so far", format_count(numbers.sent_per_second),
                  count(numbers.sent)),
      fmt::format("updates out  {:>7}/s   {:>7} so far", format_count(numbers.received_per_second),
                  count(numbers.received)),
      fmt::format("latency p50  {:>9}", format_ns(numbers.p50_ns)),
      fmt::format("latency p99  {:>9}", format_ns(numbers.p99_ns)),
      fmt::format("lost         {:>9}", loss_text(numbers)),
      "",
      "From another terminal:",
      fmt::format("  aesel watch --scene {} --server {}", facts.scene, facts.server),
      "",
      "Ctrl-C ends it.",
  };
}

/// Where the roots are on average, along x: the middle of the picture.
double middle_of(const DemoFigure& figure, const std::vector<std::optional<EventMatrix>>& parts) {
  double sum = 0;
  int roots = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (figure.parts()[i].parent || !parts[i]) continue;
    sum += (*parts[i])[3];
    ++roots;
  }
  return roots == 0 ? 0 : sum / roots;
}

}  // namespace

std::vector<std::string> draw_figure(const DemoFigure& figure,
                                     const std::vector<std::optional<EventMatrix>>& parts, int columns,
                                     int rows) {
  BrailleCanvas canvas(columns, rows);
  const FigureBounds& bounds = figure.bounds();
  const double tall = std::max(1e-9, bounds.high - bounds.low);
  const double wide = std::max(1e-9, 2 * bounds.radius);
  // Dots are as wide as they are high; one scale for both directions.
  const double scale = std::min((canvas.width() - 1) / wide, (canvas.height() - 2) / (tall * 1.05));
  const double middle = middle_of(figure, parts);
  const auto dot = [&](const EventMatrix& m) {
    const double x = std::clamp((m[3] - middle) * scale, -1e6, 1e6),
                 y = std::clamp((m[7] - bounds.low) * scale, -1e6, 1e6);
    return Dot{static_cast<int>(std::lround((canvas.width() - 1) / 2.0 + x)),
               canvas.height() - 2 - static_cast<int>(std::lround(y))};
  };
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i]) continue;
    const auto& parent = figure.parts()[i].parent;
    if (parent && parts[*parent]) {
      canvas.line(dot(*parts[*parent]), dot(*parts[i]));
    } else {
      canvas.set(dot(*parts[i]));
    }
  }
  canvas.line({0, canvas.height() - 1}, {canvas.width() - 1, canvas.height() - 1});  // the ground
  return canvas.rows();
}

std::string render_demo(const DemoFacts& facts, const DemoNumbers& numbers, double seconds,
                        const std::vector<std::string>& picture) {
  const std::vector<std::string> text = text_lines(facts, numbers, seconds);
  std::string out;
  // Picture characters are one column and three bytes each.
  const std::string blank(picture.empty() ? 0 : picture.front().size() / 3, ' ');
  for (std::size_t i = 0; i < std::max(text.size(), picture.size()); ++i) {
    out += i < picture.size() ? picture[i] : blank;
    out += "  " + (i < text.size() ? text[i] : "") + "\n";
  }
  return out;
}

std::string demo_line(const DemoNumbers& numbers, double seconds) {
  return fmt::format("{:4.0f} s   in {}/s   out {}/s   p50 {}   p99 {}   lost {}\n", seconds,
                     format_count(numbers.sent_per_second), format_count(numbers.received_per_second),
                     format_ns(numbers.p50_ns), format_ns(numbers.p99_ns), loss_text(numbers));
}

std::string demo_summary(const DemoFacts& facts, const DemoNumbers& numbers, const LatencyHistogram& latency,
                         double seconds) {
  return fmt::format(
      "{} objects moved {} times in {:.1f} s; {} devices received {} updates, {} lost.\n"
      "From the sender's send to the receiver: p50 {}, p99 {}, at most {}.\n"
      "Next:\n"
      "  aesel serve                            a server that keeps its scenes, in ./aesel.db\n"
      "  aesel watch --scene {:<18} see what happens in a scene\n"
      "  aesel stream FILE.bvh --scene {:<8} play a motion capture into it\n"
      "  aesel bench                            see what it can do\n",
      facts.objects, count(numbers.sent), seconds, facts.devices, count(numbers.received), loss_text(numbers),
      format_ns(latency.quantile_ns(0.5)), format_ns(latency.quantile_ns(0.99)),
      format_ns(static_cast<double>(latency.max_ns())), facts.scene, facts.scene);
}

}  // namespace aesel::app
