// The words of a BVH text, with their line numbers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aesel::motion {

/// A view into the text. Empty at the end of it.
struct BvhWord {
  std::string_view text;
  std::size_t line = 1;
};

/// Walks once over a text, which it does not own. '{', '}' and ':' are words of their own.
class BvhLexer {
 public:
  explicit BvhLexer(std::string_view text);

  BvhWord next();
  BvhWord peek() const;
  /// What is left of this line up to a '{', without blanks at its ends.
  BvhWord rest_of_line();
  /// The next word if there is one on this line; empty at its end. Braces and colons do not split it.
  BvhWord next_on_line();
  /// Moves to the next word, on whatever line. False at the end of the text.
  bool skip_blank();

  std::size_t line() const { return line_; }
  std::size_t bytes_left() const { return text_.size() - at_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

/// Equal but for the case of ASCII letters.
bool same_word(std::string_view a, std::string_view b);

/// For messages: in quotes, cut at 40 bytes, unprintable bytes as \xNN; "the end of the file" when empty.
std::string quoted(std::string_view text);

}  // namespace aesel::motion
