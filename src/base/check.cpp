#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace aesel::base {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "aesel: internal error: CHECK(%s) failed at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace aesel::base
