#include "http/headers.hpp"

#include <algorithm>
#include <string>

namespace aesel::http {
namespace {

/// Calls `visit` with each name of a list that is separated by commas.
template <class Visit>
void for_each_option(std::string_view list, Visit visit) {
  while (!list.empty()) {
    std::string_view option = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), option.size() + 1));
    while (option.starts_with(' ') || option.starts_with('\t')) option.remove_prefix(1);
    while (option.ends_with(' ') || option.ends_with('\t')) option.remove_suffix(1);
    if (!option.empty()) visit(option);
  }
}

}  // namespace

void erase_header(std::vector<Header>& headers, std::string_view name) {
  std::erase_if(headers, [&](const Header& header) { return same_header_name(header.name, name); });
}

void erase_connection_headers(std::vector<Header>& headers) {
  std::vector<std::string> named;
  for (const Header& header : headers) {
    if (!same_header_name(header.name, "connection")) continue;
    if (named.empty()) named.emplace_back("connection");
    for_each_option(header.value, [&](std::string_view option) { named.emplace_back(option); });
  }
  if (named.empty()) return;
  std::erase_if(headers, [&](const Header& header) {
    return std::ranges::any_of(named,
                               [&](const std::string& name) { return same_header_name(name, header.name); });
  });
}

}  // namespace aesel::http
