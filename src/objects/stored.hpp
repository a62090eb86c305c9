// The stored form of objects and properties: a JSON body and a few raw doubles. STORED_FORMAT.md describes
// it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "objects/object.hpp"
#include "objects/property.hpp"

namespace aesel::objects {

/// Everything but the id and the transform.
std::string stored_body(const Object& object);
std::string stored_body(const Property& property);
/// The transform: 16 little-endian doubles.
std::string stored_state(const Object& object);
/// The values: as many little-endian doubles.
std::string stored_state(const Property& property);

struct StoredError {
  std::string message;  // which part of the document, and what was expected
};

/// Reads documents back; one reader for many, it keeps its buffers. One thread.
class StoredReader {
 public:
  StoredReader();
  ~StoredReader();
  Result<Object, StoredError> object(std::string_view key, std::string_view body, std::string_view state);
  Result<Property, StoredError> property(std::string_view key, std::string_view body, std::string_view state);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace aesel::objects
