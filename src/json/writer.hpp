// Writer: appends compact JSON to a string the caller owns, in the order it is told. Reals are the shortest
// text that reads back the same, always with a decimal point or an exponent, as existing peers expect.
// Allocates only when the string grows. Non-finite numbers are written as 0.0: JSON has none, and no decoder
// lets one in.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace aesel::json {

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  void name(std::string_view name);   // of the member that follows
  void text(std::string_view value);  // escaped; invalid UTF-8 becomes U+FFFD
  void real(double value);
  void integer(std::int64_t value);
  void boolean(bool value);
  void raw(std::string_view json);  // a complete value

  void member(std::string_view n, std::string_view value) {
    name(n);
    text(value);
  }
  void member(std::string_view n, const char* value) {
    name(n);
    text(value);
  }
  void member(std::string_view n, double value) {
    name(n);
    real(value);
  }
  void member(std::string_view n, int value) {
    name(n);
    integer(value);
  }
  void member(std::string_view n, std::int64_t value) {
    name(n);
    integer(value);
  }
  void member(std::string_view n, bool value) {
    name(n);
    boolean(value);
  }
  void reals(std::string_view n, std::span<const double> values);
  /// Only if it is not empty.
  void member_if(std::string_view n, std::string_view value) {
    if (!value.empty()) member(n, value);
  }

 private:
  void open(char c) {
    separate();
    out_ += c;
    fresh_ = true;
  }
  void close(char c) {
    out_ += c;
    fresh_ = false;
  }
  void separate() {
    if (!fresh_) out_ += ',';
    fresh_ = false;
  }
  std::string& out_;
  bool fresh_ = true;
};

/// Appends one real as Writer does.
void append_real(std::string& out, double value);
/// Appends the quoted, escaped text.
void append_text(std::string& out, std::string_view value);

}  // namespace aesel::json
