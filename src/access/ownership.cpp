#include "access/ownership.hpp"

namespace aesel::access {
namespace {

constexpr const char* kEverybody = "public";
constexpr const char* kOnly = "user:";  // before a user name, so that none can be called "public"

}  // namespace

bool may_read(const std::optional<Principal>& who, const Ownership& what) {
  return !who || what.visibility == Visibility::kPublic || what.owner.empty() || what.owner == who->username;
}

bool may_control(const std::optional<Principal>& who, const Ownership& what) {
  return !who || who->standing == Standing::kAdmin || what.owner == who->username;
}

std::string audience(const Ownership& what) {
  if (what.visibility == Visibility::kPublic || what.owner.empty()) return kEverybody;
  return kOnly + what.owner;
}

std::optional<std::vector<std::string>> audiences_of(const std::optional<Principal>& who) {
  if (!who) return std::nullopt;
  return std::vector<std::string>{kEverybody, kOnly + who->username};
}

}  // namespace aesel::access
