// Words: small operations on text that the command line and the configuration need, among them the nearest of
// several known words, for "did you mean".
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aesel::app {

/// The parts between the separators, empty ones included; "" gives one empty part.
std::vector<std::string> split(std::string_view text, char separator);
std::string_view trim(std::string_view text);
/// ASCII only.
std::string lower_case(std::string_view text);

/// How many characters must be inserted, removed, replaced or swapped with their neighbour to make b of a.
std::size_t edit_distance(std::string_view a, std::string_view b);
/// The known word with the smallest distance, unless even that one is far away (more than a third of it).
std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> known);

}  // namespace aesel::app
