#include "app/roles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/words.hpp"

namespace aesel::app {
namespace {

/// What there is to know about a role. The first name is ours, the others are those of Aesel's documents.
struct Known {
  bool Roles::*member;
  std::array<std::string_view, 4> names;
  int http_port;
};

constexpr std::array<Known, 5> kKnown{{
    {&Roles::gateway, {"gateway", "adrestia"}, 8080},
    {&Roles::objects, {"objects", "clyman"}, 8768},
    {&Roles::scenes, {"scenes", "crazyivan", "crazy-ivan", "ivan"}, 8766},
    {&Roles::assets, {"assets", "kelona", "avc"}, 5635},
    {&Roles::projects, {"projects", "aeselprojects"}, 5644},
}};

const Known* find_role(std::string_view name) {
  for (const Known& known : kKnown) {
    for (const std::string_view candidate : known.names) {
      if (!name.empty() && candidate == name) return &known;
    }
  }
  return nullptr;
}

/// The only role that is played, or nullptr.
const Known* only(const Roles& roles) {
  const Known* found = nullptr;
  for (const Known& known : kKnown) {
    if (!(roles.*known.member)) continue;
    if (found != nullptr) return nullptr;
    found = &known;
  }
  return found;
}

}  // namespace

Result<Roles, std::string> parse_roles(std::string_view text) {
  Roles roles;
  for (const std::string& part : split(text, ',')) {
    const std::string name = lower_case(trim(part));
    if (name == "all") {
      for (const Known& known : kKnown) roles.*known.member = true;
      continue;
    }
    const Known* const known = find_role(name);
    if (known == nullptr) return fmt::format("\"{}\" is not a role", part);
    roles.*known->member = true;
  }
  return roles;
}

bool Roles::all() const {
  return std::ranges::all_of(kKnown, [this](const Known& known) { return this->*known.member; });
}

bool Roles::alone() const {
  return only(*this) != nullptr;
}

std::string to_text(const Roles& roles) {
  if (roles.all()) return "all";
  std::string text;
  for (const Known& known : kKnown) {
    if (roles.*known.member) text += (text.empty() ? "" : ",") + std::string(known.names[0]);
  }
  return text;
}

int default_http_port(const Roles& roles) {
  const Known* const role = only(roles);
  return role == nullptr ? 8080 : role->http_port;
}

std::string default_store_path(const Roles& roles) {
  const Known* const role = only(roles);
  if (role == nullptr || roles.gateway) return "aesel.db";
  return fmt::format("aesel-{}.db", role->names[0]);
}

}  // namespace aesel::app
