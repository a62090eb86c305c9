// DemoFigure: the moving thing of the demo: figures that play the project's motion and turn around a common
// centre, so that every update differs from every other.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/event_text.hpp"
#include "base/result.hpp"
#include "motion/motion.hpp"

namespace aesel::app {

/// How large it is, for the picture: y lies within the two, x and z within `radius` of the root of a single
/// figure, or of the centre when there are several.
struct FigureBounds {
  double radius = 1;
  double low = 0;
  double high = 1;
};

class DemoFigure {
 public:
  struct Part {
    std::string name;
    std::optional<std::size_t> parent;  // an index of a part before it
  };

  /// REQUIRES: figures > 0. Error: the text is no motion.
  static Result<DemoFigure, std::string> read(std::string_view bvh, int figures);
  const std::vector<Part>& parts() const { return parts_; }
  const FigureBounds& bounds() const { return bounds_; }
  /// World transforms of all parts. REQUIRES: world.size() == parts().size().
  void pose(double time_s, std::vector<EventMatrix>& world) const;

 private:
  DemoFigure() = default;
  void measure();
  motion::Motion motion_;
  int figures_ = 1;
  double spacing_ = 0;
  std::vector<Part> parts_;
  FigureBounds bounds_;
};

}  // namespace aesel::app
