// The error category.
#include "storage/error.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace aesel::storage {
namespace {

TEST(StorageError, EveryCodeHasItsOwnSentence) {
  std::set<std::string> sentences;
  for (int value = 1; value <= static_cast<int>(Errc::kInvalid); ++value) {
    const boost::system::error_code error = static_cast<Errc>(value);
    EXPECT_TRUE(error.failed());
    EXPECT_STREQ(error.category().name(), "aesel.storage");
    sentences.insert(error.message());
  }
  EXPECT_EQ(sentences.size(), static_cast<std::size_t>(Errc::kInvalid));
  EXPECT_EQ(sentences.count("unknown storage error 1"), 0U);
}

}  // namespace
}  // namespace aesel::storage
