// Range and entity tags: a part never reaches beyond the representation, and is never empty.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/range.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aesel::http;
  if (size == 0) return 0;
  const std::uint64_t bytes = data[0] < 200 ? data[0] : ~std::uint64_t{0} - data[0];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto choice = choose_delivery({.range = text}, {"\"a\"", bytes});
  if (choice.delivery == Delivery::kPart) {
    const auto& [first, count] = choice.range;
    if (count == 0 || first >= bytes || count > bytes - first) std::abort();
  }
  const bool strong = matches_strongly(text, "\"a\"");
  if (strong && !matches_weakly(text, "\"a\"")) std::abort();
  static_cast<void>(
      choose_delivery({.range = "bytes=0-1", .if_range = text, .if_match = text}, {"\"a\"", bytes}));
  return 0;
}
