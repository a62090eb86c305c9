#include "wire/padding.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace aesel::wire {
namespace {

TEST(Padding, CountsTheAlphabetOnly) {
  EXPECT_EQ(count_base64_characters(R"({"aZ09":[+1/2,-3.5]}=_ )"), 10u);
  EXPECT_EQ(count_base64_characters(std::string(1000, 'x')), 1000u);
  EXPECT_EQ(count_base64_characters("\xc3\xa9{}[]@`"), 0u);
}

TEST(Padding, MakesTheCountAMultipleOfFourAndKeepsTheJson) {
  std::string value;
  for (int length = 0; length < 300; ++length) {
    std::string json = "{\"n\":\"" + value + "\"}";
    pad_for_base64(json);
    EXPECT_EQ(count_base64_characters(json) % 4, 0u) << json;
    EXPECT_TRUE(nlohmann::json::accept(json)) << json;
    value += 'x';
  }
}

}  // namespace
}  // namespace aesel::wire
