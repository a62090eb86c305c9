// LimitedReader: reads members of a request's JSON, tolerantly, and remembers the first one that is too big.
// Null, "", [], wrong types and unknown members are as good as absent; only what exceeds a limit is refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/refusal.hpp"
#include "json/value.hpp"

namespace aesel::catalog {

inline constexpr std::size_t kTextBytesMax = 1024;  // names, ids, tags and every other short text
inline constexpr std::size_t kDescriptionBytesMax = 64 * 1024;
inline constexpr std::size_t kListEntriesMax = 1000;   // tags, and every other list of one entry
inline constexpr std::size_t kBulkEntriesMax = 10000;  // ids that are asked for at once

class LimitedReader {
 public:
  std::string text(const json::Value& object, std::string_view name, std::size_t bytes_max = kTextBytesMax);
  /// Absent, unless it is a string: "" is kept.
  std::optional<std::string> given_text(const json::Value& object, std::string_view name,
                                        std::size_t bytes_max = kTextBytesMax);
  /// Without duplicates, in the order of their first appearance.
  std::vector<std::string> texts(const json::Value& object, std::string_view name,
                                 std::size_t entries_max = kListEntriesMax);
  /// The elements of an array that are objects.
  std::vector<const json::Value*> objects(const json::Value& object, std::string_view name,
                                          std::size_t entries_max = kListEntriesMax);
  /// Remembers a refusal, unless there is one already.
  void refuse(std::string message);

  const std::optional<Refusal>& refusal() const { return refusal_; }

 private:
  std::optional<Refusal> refusal_;
};

/// A request's body. Refuses what is not JSON (400, 110) or not an object.
Outcome<json::Value> parse_object(std::string_view body);

bool is_utf8(std::string_view text);
/// At most kTextBytesMax bytes of UTF-8.
bool is_short_text(std::string_view text);

/// Appends the text unless it is there, or refuses because it is too long, not UTF-8 or one too many. `name`
/// is the list's, for the message.
std::optional<Refusal> add_to_set(std::vector<std::string>& set, const std::string& text,
                                  std::string_view name);

}  // namespace aesel::catalog
