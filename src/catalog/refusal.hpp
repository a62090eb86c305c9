// Refusal: why an operation did not happen, as the client is told: the HTTP status, the contract's err_code
// and a text for people.
#pragma once

#include <string>

#include "base/result.hpp"

namespace aesel::catalog {

struct Refusal {
  int status = 500;
  int code = 120;  // 102 not found, 110 cannot be understood, 120 not done, 122 missing or too large
  std::string message;

  static Refusal not_found(std::string message) { return {404, 102, std::move(message)}; }
  static Refusal unreadable(std::string message) { return {400, 110, std::move(message)}; }
  static Refusal over_limit(std::string message) { return {400, 122, std::move(message)}; }
  static Refusal forbidden(std::string message) { return {403, 120, std::move(message)}; }

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

template <class T>
using Outcome = Result<T, Refusal>;

}  // namespace aesel::catalog
