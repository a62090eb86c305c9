// libFuzzer over the BVH reader: any bytes are refused with a text or become a motion whose matrices are
// finite. Links aesel_motion. Seeds: fuzz/corpus/bvh.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "motion/bvh_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aesel::motion;
  const auto motion = read_bvh({reinterpret_cast<const char*>(data), size});
  if (!motion) {
    CHECK(!motion.error().text().empty());
    return 0;
  }
  CHECK(motion->values.size() == motion->frame_count * motion->channels_per_frame);
  std::vector<Matrix> world(motion->joints.size());
  sample(*motion, 0.4 * length_s(*motion, Ends::kLoop), Ends::kLoop, world);
  for (const Matrix& matrix : world) {
    for (const double value : matrix) CHECK(std::isfinite(value));
  }
  return 0;
}
