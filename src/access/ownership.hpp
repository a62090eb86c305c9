// Ownership: who may see and change a thing that has an owner and is public or private. One rule for assets,
// collections and projects.
//
// Without a principal (authentication is off) everything is allowed. A thing without an owner, made while
// authentication was off, is public. An admin sees no more than others, but may delete and publish.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/principal.hpp"

namespace aesel::access {

enum class Visibility { kPrivate, kPublic };

struct Ownership {
  std::string owner;  // a user name; "": nobody's
  Visibility visibility = Visibility::kPrivate;
};

/// Public, or the principal's own. Who may read may also edit: collaboration depends on it.
bool may_read(const std::optional<Principal>& who, const Ownership& what);
/// Deleting it and changing its visibility: the owner and admins.
bool may_control(const std::optional<Principal>& who, const Ownership& what);

/// A word stored with a thing, so that a store can search for what somebody may read: those whose word is one
/// of audiences_of(). Absent: no restriction.
std::string audience(const Ownership& what);
std::optional<std::vector<std::string>> audiences_of(const std::optional<Principal>& who);

}  // namespace aesel::access
