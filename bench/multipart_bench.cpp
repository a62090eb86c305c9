// multipart_bench: how fast the content of an uploaded file is found in its form, by what the file is made
// of.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <string_view>

#include "assets/multipart.hpp"

namespace {

using aesel::assets::MultipartParser;

constexpr std::string_view kBoundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW";
constexpr std::size_t kFileBytes = 16 << 20;
constexpr std::size_t kPieceBytes = 256 << 10;

std::string random_bytes() {
  std::mt19937_64 random(1);
  std::string bytes;
  while (bytes.size() < kFileBytes) bytes += static_cast<char>(random());
  return bytes;
}

std::string repeated(std::string_view pattern) {
  std::string bytes;
  while (bytes.size() < kFileBytes) bytes += pattern;
  return bytes;
}

void parse(benchmark::State& state, const std::string& content) {
  const std::string form = "--" + std::string(kBoundary) +
                           "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n" +
                           content + "\r\n--" + std::string(kBoundary) + "--\r\n";
  for (auto _ : state) {
    MultipartParser parser(kBoundary);
    std::size_t bytes = 0;
    for (std::size_t at = 0; at < form.size(); at += kPieceBytes) {
      std::string_view piece = std::string_view(form).substr(at, kPieceBytes);
      for (auto event = parser.next(piece); event != MultipartParser::Event::kMore;
           event = parser.next(piece)) {
        if (event == MultipartParser::Event::kData) bytes += parser.data().size();
      }
    }
    if (bytes != content.size() || !parser.finish()) state.SkipWithError("the content was not found");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * form.size()));
}

void random_content(benchmark::State& state) {
  parse(state, random_bytes());
}
void text_content(benchmark::State& state) {
  parse(state, repeated("v 1.000000 -0.500000 0.250000\r\n"));
}
void zero_content(benchmark::State& state) {
  parse(state, repeated(std::string_view("\0\0\0\0", 4)));
}
/// What costs a search most: the boundary but for its first character, over and over.
void hostile_content(benchmark::State& state) {
  parse(state, repeated(kBoundary.substr(1)));
}
void returns_content(benchmark::State& state) {
  parse(state, repeated("\r"));
}

BENCHMARK(random_content);
BENCHMARK(text_content);
BENCHMARK(zero_content);
BENCHMARK(hostile_content);
BENCHMARK(returns_content);

}  // namespace

BENCHMARK_MAIN();
