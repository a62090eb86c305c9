// Why a file could not be opened, for people: what was wrong, where, and what to do.
#pragma once

#include <boost/system/error_code.hpp>

#include <string>

namespace aesel::storage {

struct OpenError {
  boost::system::error_code code;  // kInUse, kTooNew, kCorrupt, kFull, kUnavailable
  std::string message;
};

}  // namespace aesel::storage
