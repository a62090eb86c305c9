#include "catalog/paging.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace aesel::catalog {
namespace {

constexpr std::uint64_t kSkipMax = std::uint64_t{1}
                                   << 52;  // no list is so long; every store can count so far

using Number = Outcome<std::uint64_t>;

Number number(const http::Request& request, const char* name, std::uint64_t otherwise) {
  const std::string* text = request.query_value(name);
  if (text == nullptr) return Number(boost::system::in_place_value, otherwise);
  std::uint64_t value = 0;
  const char* const end = text->data() + text->size();
  const auto [at, error] = std::from_chars(text->data(), end, value);
  const bool is_number = error != std::errc::invalid_argument && at == end;
  if (!is_number)
    return Refusal::unreadable("'" + std::string(name) + "' has to be a whole number, 0 or more");
  return Number(boost::system::in_place_value, error == std::errc() ? value : UINT64_MAX);
}

Number records(const http::Request& request, const char* name, std::uint64_t otherwise) {
  const Number count = number(request, name, otherwise);
  if (!count || (*count >= 1 && *count <= kPageRecordsMax)) return count;
  return Refusal::over_limit("'" + std::string(name) + "' has to be from 1 to " +
                             std::to_string(kPageRecordsMax));
}

}  // namespace

Outcome<Page> numbered_page(const http::Request& request) {
  const Number limit = records(request, "num_records", 10);
  if (!limit) return limit.error();
  const Number page = number(request, "page", 0);
  if (!page) return page.error();
  return Page{std::min(*page, kSkipMax / *limit) * *limit, *limit};
}

Outcome<std::optional<Page>> numbered_page_if_given(const http::Request& request) {
  const bool is_given =
      request.query_value("num_records") != nullptr || request.query_value("page") != nullptr;
  if (!is_given) return std::optional<Page>();
  const Outcome<Page> page = numbered_page(request);
  if (!page) return page.error();
  return std::optional<Page>(*page);
}

Outcome<Page> offset_page(const http::Request& request) {
  const Number limit = records(request, "limit", 100);
  if (!limit) return limit.error();
  const Number offset = number(request, "offset", 0);
  if (!offset) return offset.error();
  return Page{std::min(*offset, kSkipMax), *limit};
}

}  // namespace aesel::catalog
