#include "app/roles.hpp"

#include <fmt/format.h>

#include "app/words.hpp"

namespace aesel::app {

Result<Roles, std::string> parse_roles(std::string_view text) {
  Roles roles;
  for (const std::string& part : split(text, ',')) {
    const std::string name = lower_case(trim(part));
    if (name == "all") {
      roles = Roles{true, true, true};
    } else if (name == "gateway" || name == "adrestia") {
      roles.gateway = true;
    } else if (name == "objects" || name == "clyman") {
      roles.objects = true;
    } else if (name == "scenes" || name == "crazyivan" || name == "crazy-ivan" || name == "ivan") {
      roles.scenes = true;
    } else {
      return fmt::format("\"{}\" is not a role", part);
    }
  }
  return roles;
}

std::string to_text(const Roles& roles) {
  if (roles.all()) return "all";
  std::string text;
  const auto add = [&](std::string_view name) { text += (text.empty() ? "" : ",") + std::string(name); };
  if (roles.gateway) add("gateway");
  if (roles.objects) add("objects");
  if (roles.scenes) add("scenes");
  return text;
}

int default_http_port(const Roles& roles) {
  if (roles == Roles{.objects = true}) return 8768;
  if (roles == Roles{.scenes = true}) return 8766;
  return 8080;
}

std::string default_store_path(const Roles& roles) {
  if (roles == Roles{.objects = true}) return "aesel-objects.db";
  if (roles == Roles{.scenes = true}) return "aesel-scenes.db";
  return "aesel.db";
}

}  // namespace aesel::app
