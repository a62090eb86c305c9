// Random: bytes and words that nobody can guess.
#pragma once

#include <string>

namespace aesel::crypto {

/// From the system's source. Any thread.
std::string random_bytes(std::size_t count);

/// `count` characters with five bits each, of letters and digits that are not mistaken for each other when
/// read aloud or copied by hand: 24 of them are as good as a key of 120 bits.
std::string random_word(std::size_t count);

}  // namespace aesel::crypto
