// Padding for listeners that base64-decode before they look: an existing animation client passes every
// datagram through a base64 decoder even when encryption is off, and survives only if the number of
// characters of the base64 alphabet in it is a multiple of four. A filler member makes it so; others ignore
// it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aesel::wire {

enum class Padding { kNone, kBase64 };

/// How many of A-Z a-z 0-9 + / are in the text.
std::size_t count_base64_characters(std::string_view text);

/// Adds the member "_" with 1 to 3 characters to a JSON object's text (which ends in '}' and has at least one
/// member) if its count is not a multiple of four.
void pad_for_base64(std::string& json_object);

}  // namespace aesel::wire
