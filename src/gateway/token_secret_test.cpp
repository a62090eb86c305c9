#include "gateway/token_secret.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "crypto/random.hpp"

namespace aesel::gateway {
namespace {

class TokenSecretFile : public ::testing::Test {
 protected:
  TokenSecretFile() { std::filesystem::create_directory(directory_); }
  ~TokenSecretFile() override { std::filesystem::remove_all(directory_); }
  void write(const std::string& text, mode_t mode) {
    std::ofstream(path_) << text;
    ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
  }
  std::string problem() {
    const auto secret = load_token_secret(path_);
    return secret ? "" : secret.error().message;
  }

  const std::filesystem::path directory_ =
      std::filesystem::temp_directory_path() / ("aesel_secret_" + crypto::random_word(12));
  const std::filesystem::path path_ = directory_ / "token.key";
};

TEST_F(TokenSecretFile, IsMadeOnceAndOnlyForUs) {
  const auto secret = load_token_secret(path_);
  ASSERT_TRUE(secret);
  EXPECT_EQ(secret->bytes.size(), 86u);
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  EXPECT_EQ(load_token_secret(path_)->bytes, secret->bytes);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_), {}), 1) << "nothing else is left";
}

TEST_F(TokenSecretFile, WhatOthersMayReadIsRefused) {
  for (const mode_t mode : {0640, 0604, 0666, 0620}) {
    write(std::string(40, 'x'), mode);
    EXPECT_NE(problem().find("chmod 600"), std::string::npos) << mode << ": " << problem();
  }
  write(std::string(40, 'x'), 0400);
  EXPECT_EQ(problem(), "");
}

TEST_F(TokenSecretFile, HoldsBetween32And4096Bytes) {
  write(std::string(31, 'x') + "\n", 0600);
  EXPECT_NE(problem().find("31 bytes"), std::string::npos) << problem();
  write("", 0600);
  EXPECT_NE(problem(), "");
  write(std::string(4097, 'x'), 0600);
  EXPECT_NE(problem(), "");
  write(std::string(32, 'x') + "\r\n", 0600);
  EXPECT_EQ(load_token_secret(path_)->bytes, std::string(32, 'x'));
}

TEST_F(TokenSecretFile, ProblemsNameTheFile) {
  const auto in_nowhere = load_token_secret(directory_ / "none" / "token.key");
  ASSERT_FALSE(in_nowhere);
  EXPECT_NE(in_nowhere.error().message.find("none/token.key"), std::string::npos);
  EXPECT_FALSE(load_token_secret(directory_));
  EXPECT_FALSE(load_token_secret(""));
}

}  // namespace
}  // namespace aesel::gateway
