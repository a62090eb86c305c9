// Reads a configuration file: the part of TOML that dotted keys with plain values need ([tables], dotted
// keys, strings, integers, booleans, comments), and the line of every setting, which error messages name and
// which the readers at hand do not tell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace aesel::app {

struct FileSetting {
  std::string key;    // with its table: "http.port"
  std::string value;  // a string without its quotes, a number without underscores
  int line = 0;       // from 1
};

struct FileError {
  int line = 0;
  std::string message;
};

/// Every setting in the order of the file. Errors, with the line: what is not TOML, arrays, inline tables,
/// dates, multi-line strings (no key takes one), a key that is set twice.
Result<std::vector<FileSetting>, FileError> read_toml(std::string_view text);

}  // namespace aesel::app
