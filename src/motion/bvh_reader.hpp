// Reads motion capture in the Biovision Hierarchy format (BVH). The text may come from anywhere: every size
// is bounded, nothing recurses, and memory grows only with numbers that are really there.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "motion/motion.hpp"

namespace aesel::motion {

inline constexpr std::size_t kJointsMax = 10'000;
inline constexpr std::size_t kDepthMax = 512;
inline constexpr std::size_t kNameBytesMax = 256;
inline constexpr std::size_t kFileBytesMax = std::size_t{1} << 30;
inline constexpr double kMagnitudeMax = 1e12;  // of any number, so that no sum down a skeleton overflows
inline constexpr double kFrameTimeMin_s = 1e-6;
inline constexpr double kFrameTimeMax_s = 1e6;

/// Why a file was refused.
struct BvhError {
  std::optional<std::size_t> line;  // from 1; none when the file could not be read at all
  std::string found;                // quoted where it is the file's own text
  std::string expected;
  /// "line 12: found "OFSET", expected OFFSET, CHANNELS, JOINT, End Site or }"
  std::string text() const;
};

/// The whole of a BVH file. Several roots are fine; keywords in either case; blanks, tabs, LF, CR LF or CR;
/// one frame per line. A joint's name is the rest of its line. A name that was used before gets "#2", "#3",
/// ... appended, so that names are unique. End sites are checked and left out: nothing is attached to them.
Result<Motion, BvhError> read_bvh(std::string_view text);

/// The same from a file. Errors also: cannot be read, larger than kFileBytesMax.
Result<Motion, BvhError> read_bvh_file(const std::string& path);

}  // namespace aesel::motion
