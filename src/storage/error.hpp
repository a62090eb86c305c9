// The ways in which a store can fail, the same for every back-end.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/is_error_code_enum.hpp>

namespace aesel::storage {

enum class Errc {
  kNotFound = 1,  // no such document
  kExists,        // a document with that key is there already
  kFull,          // the disk or quota is full; may pass
  kUnavailable,   // the store cannot be reached or is busy; may pass
  kCorrupt,       // stored data cannot be understood
  kInUse,         // another process has this store open
  kTooNew,        // the store was written by a newer version of this program
  kInvalid,       // the caller asked for something impossible (bad collection name, ...)
};

boost::system::error_code make_error_code(Errc code);

}  // namespace aesel::storage

template <>
struct boost::system::is_error_code_enum<aesel::storage::Errc> : std::true_type {};
