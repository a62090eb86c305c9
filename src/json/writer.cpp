#include "json/writer.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace aesel::json {
namespace {

constexpr char kHex[] = "0123456789abcdef";

/// The length of a well-formed UTF-8 sequence at text[i], or 0. RFC 3629, table 3-7 of the Unicode standard.
std::size_t utf8_length(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
  const auto tail = [&](std::size_t k) { return k < text.size() && (byte(k) & 0xC0) == 0x80; };
  const unsigned char lead = byte(i);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return tail(i + 1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!tail(i + 1) || !tail(i + 2)) return 0;
    if (lead == 0xE0 && byte(i + 1) < 0xA0) return 0;
    if (lead == 0xED && byte(i + 1) > 0x9F) return 0;
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!tail(i + 1) || !tail(i + 2) || !tail(i + 3)) return 0;
    if (lead == 0xF0 && byte(i + 1) < 0x90) return 0;
    if (lead == 0xF4 && byte(i + 1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

bool plain(unsigned char c) {
  return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

void append_escaped(std::string& out, unsigned char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  out += "\\u00";
  out += kHex[c >> 4];
  out += kHex[c & 15];
}

}  // namespace

void append_real(std::string& out, double value) {
  if (!std::isfinite(value)) value = 0.0;
  std::array<char, 32> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void append_text(std::string& out, std::string_view value) {
  out += '"';
  std::size_t start = 0;
  for (std::size_t i = 0; i < value.size();) {
    const auto c = static_cast<unsigned char>(value[i]);
    if (plain(c)) {
      ++i;
      continue;
    }
    const std::size_t length = c < 0x80 ? 0 : utf8_length(value, i);
    if (length > 0) {
      i += length;
      continue;
    }
    out.append(value, start, i - start);
    if (c < 0x80) append_escaped(out, c);
    if (c >= 0x80) out += "\xEF\xBF\xBD";
    start = ++i;
  }
  out.append(value, start, value.size() - start);
  out += '"';
}

void Writer::name(std::string_view name) {
  separate();
  append_text(out_, name);
  out_ += ':';
  fresh_ = true;
}

void Writer::text(std::string_view value) {
  separate();
  append_text(out_, value);
}

void Writer::real(double value) {
  separate();
  append_real(out_, value);
}

void Writer::integer(std::int64_t value) {
  separate();
  std::array<char, 24> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  out_.append(buffer.data(), end);
}

void Writer::boolean(bool value) {
  separate();
  out_ += value ? "true" : "false";
}

void Writer::raw(std::string_view json) {
  separate();
  out_ += json;
}

void Writer::reals(std::string_view n, std::span<const double> values) {
  name(n);
  begin_array();
  for (const double value : values) real(value);
  end_array();
}

}  // namespace aesel::json
