// Forms: the bytes read in one piece and in many must mean the same. The first byte says how to cut them.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "assets/header_value.hpp"
#include "assets/multipart.hpp"

namespace {

using aesel::assets::MultipartParser;

/// Everything that was reported, in a form that does not depend on how the data was cut.
struct Reader {
  MultipartParser parser{"b0"};
  std::string story;
  std::size_t data_bytes = 0;

  void take(std::string_view piece) {
    const std::vector<char> copy(piece.begin(), piece.end());  // so that reading beyond it is noticed
    std::string_view rest(copy.data(), copy.size());
    for (;;) {
      switch (parser.next(rest)) {
        case MultipartParser::Event::kMore:
          if (!rest.empty()) std::abort();
          return;
        case MultipartParser::Event::kBegin:
          story += "\n(" + parser.head().name + "|" + parser.head().filename.value_or("-") + ")";
          break;
        case MultipartParser::Event::kData:
          if (parser.data().empty()) std::abort();
          data_bytes += parser.data().size();
          story += parser.data();
          break;
        case MultipartParser::Event::kEnd:
          story += "\n.";
          break;
        case MultipartParser::Event::kFailed:
          return;
      }
    }
  }

  void finish() {
    if (const auto end = parser.finish(); !end) story += to_text(end.error());
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::uint32_t cut = data[0];
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  static_cast<void>(aesel::assets::boundary_of(text));
  static_cast<void>(aesel::assets::is_media_type(text));
  Reader whole;
  whole.take(text);
  whole.finish();
  if (whole.data_bytes > text.size()) std::abort();
  Reader cut_up;
  while (!text.empty()) {
    cut = cut * 1664525 + 1013904223;
    const std::string_view piece = text.substr(0, 1 + (cut >> 24) % (data[0] % 64 + 1));
    cut_up.take(piece);
    text.remove_prefix(piece.size());
  }
  cut_up.finish();
  if (cut_up.story != whole.story) std::abort();
  return 0;
}
