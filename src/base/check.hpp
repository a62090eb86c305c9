// CHECK: a programmer's error ends the process, in release builds too.
#pragma once

namespace aesel::base {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace aesel::base

#define CHECK(condition) \
  (static_cast<bool>(condition) ? void(0) : ::aesel::base::check_failed(#condition, __FILE__, __LINE__))
