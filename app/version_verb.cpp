#include "app/version_verb.hpp"

#include <fmt/core.h>
#include <boost/version.hpp>

#include <CLI/CLI.hpp>

namespace aesel::app {

std::function<int()> add_version_verb(CLI::App& program) {
  CLI::App* verb = program.add_subcommand("version", "Print the version");
  verb->footer("Example:\n  aesel version");
  return [] {
#ifdef NDEBUG
    constexpr const char* kBuild = "release";
#else
    constexpr const char* kBuild = "debug";
#endif
    fmt::print("aesel {}\nbuild: {}, {} {}, Boost {}\n", AESEL_VERSION, kBuild,
#ifdef __clang__
               "clang", __clang_version__,
#else
               "gcc", __VERSION__,
#endif
               BOOST_LIB_VERSION);
    return 0;
  };
}

}  // namespace aesel::app
