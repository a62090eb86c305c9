// Paging: which part of a list a request asks for.
#pragma once

#include <cstdint>
#include <optional>

#include "catalog/refusal.hpp"
#include "http/message.hpp"

namespace aesel::catalog {

inline constexpr std::uint64_t kPageRecordsMax = 10000;

struct Page {
  std::uint64_t skip = 0;
  std::uint64_t limit = 10;

  friend bool operator==(const Page&, const Page&) = default;
};

/// `num_records` (10) and `page` (0), the first page being 0. Refuses (400): 110 what is not a number, 122
/// fewer than one or more than kPageRecordsMax records.
Outcome<Page> numbered_page(const http::Request& request);
/// The same, or nothing when the request has neither.
Outcome<std::optional<Page>> numbered_page_if_given(const http::Request& request);

/// `limit` (100) and `offset` (0). Refuses the same.
Outcome<Page> offset_page(const http::Request& request);

}  // namespace aesel::catalog
