// Limits on what one client may put into one record or request. Beyond them: 400, err_code 122.
#pragma once

#include <cstddef>

namespace aesel::objects {

inline constexpr std::size_t kTextBytesMax = 1024;            // any name, scene, type, asset id, device, ...
inline constexpr std::size_t kDescriptionBytesMax = 8192;     // of an action
inline constexpr std::size_t kAssetsMax = 1000;               // of an object
inline constexpr std::size_t kActionsMax = 1000;              // of a record
inline constexpr std::size_t kKeyframesMax = 100'000;         // of an action
inline constexpr std::size_t kElementsMax = 10'000;           // of a list in a request
inline constexpr std::size_t kRequestKeyframesMax = 300'000;  // of a whole request
inline constexpr std::size_t kQueryRecordsMax = 1'000'000;    // in one answer
/// The searches of one query together look at this many records, plus twice the number of all.
inline constexpr std::size_t kQueryVisitsFree = 100'000;
inline constexpr std::size_t kAnswerBytesMax = 256u << 20;  // of a query

}  // namespace aesel::objects
