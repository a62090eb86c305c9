// The motion that the demo shows: the text of share/motion/walker.bvh, put into the program when it is built.
#pragma once

#include <string_view>

namespace aesel::app {

std::string_view demo_motion_bvh();

}  // namespace aesel::app
