// Words, lines and quotes of a BVH text.
#include "motion/bvh_lexer.hpp"

#include <algorithm>

namespace aesel::motion {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}
bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}
bool is_mark(char c) {
  return c == '{' || c == '}' || c == ':';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

BvhLexer::BvhLexer(std::string_view text) : text_(text) {
  if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
}

bool BvhLexer::skip_blank() {
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (is_blank(c)) continue;
    if (!is_line_end(c)) return true;
    const bool pair = c == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n';
    if (!pair) ++line_;
  }
  return false;
}

BvhWord BvhLexer::next() {
  if (!skip_blank()) return {{}, line_};
  const std::size_t begin = at_++;
  if (!is_mark(text_[begin])) {
    while (at_ < text_.size() && !is_blank(text_[at_]) && !is_line_end(text_[at_]) && !is_mark(text_[at_]))
      ++at_;
  }
  return {text_.substr(begin, at_ - begin), line_};
}

BvhWord BvhLexer::peek() const {
  BvhLexer ahead = *this;
  return ahead.next();
}

BvhWord BvhLexer::rest_of_line() {
  while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  const std::size_t begin = at_;
  while (at_ < text_.size() && !is_line_end(text_[at_]) && text_[at_] != '{') ++at_;
  std::size_t end = at_;
  while (end > begin && is_blank(text_[end - 1])) --end;
  return {text_.substr(begin, end - begin), line_};
}

BvhWord BvhLexer::next_on_line() {
  while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  const std::size_t begin = at_;
  while (at_ < text_.size() && !is_blank(text_[at_]) && !is_line_end(text_[at_])) ++at_;
  return {text_.substr(begin, at_ - begin), line_};
}

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string quoted(std::string_view text) {
  if (text.empty()) return "the end of the file";
  constexpr std::size_t kShownMax = 40;
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text.substr(0, kShownMax)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F) {
      out += c;
    } else {
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  out += text.size() > kShownMax ? "...\"" : "\"";
  return out;
}

}  // namespace aesel::motion
