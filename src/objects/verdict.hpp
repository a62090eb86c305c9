// Verdict: how a request ended: the HTTP status, the contract's err_code and a text for people.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "objects/request.hpp"

namespace aesel::objects {

enum class Code : int {
  kSuccess = 100,
  kNotFound = 102,
  kTranslation = 110,   // not JSON, or not a frame number
  kProcessing = 120,    // the store
  kInsufficient = 122,  // something is missing or over a limit
  kLockExists = 123,
};

struct Verdict {
  int status = 200;
  Code code = Code::kSuccess;
  std::string message;

  bool ok() const { return code == Code::kSuccess; }

  static Verdict not_found(std::string message) { return {404, Code::kNotFound, std::move(message)}; }
  static Verdict unreadable(std::string message) { return {400, Code::kTranslation, std::move(message)}; }
  static Verdict refused(std::string message) { return {400, Code::kInsufficient, std::move(message)}; }
  static Verdict locked(std::string message) { return {423, Code::kLockExists, std::move(message)}; }
  static Verdict full(std::string message) { return {503, Code::kProcessing, std::move(message)}; }
  /// 503 when it may pass (full disk, busy or unreachable store), 500 otherwise.
  static Verdict store_failed(const error_code& error);
  static Verdict of(RequestError error);
};

}  // namespace aesel::objects
