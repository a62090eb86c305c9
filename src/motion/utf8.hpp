// Whether text may be a name: names travel in JSON, which is UTF-8.
#pragma once

#include <string_view>

namespace aesel::motion {

/// Valid UTF-8 (no overlong forms, no surrogates) without control characters.
bool is_printable_utf8(std::string_view text);

}  // namespace aesel::motion
