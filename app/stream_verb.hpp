// `aesel stream`: plays a motion capture file into a scene, or stores it there as actions.
#pragma once

#include <functional>

namespace CLI {
class App;
}  // namespace CLI

namespace aesel::app {

/// Adds the verb to the program. The function to run when it was given; it returns the exit code: 0, 1 for a
/// failure, 2 for arguments that make no sense.
std::function<int()> add_stream_verb(CLI::App& program);

}  // namespace aesel::app
