// What every source of secrets must do; instantiated for each implementation. The maker gets the values that
// the source has to hold.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "secrets/secrets.hpp"

namespace aesel::secrets {

using Values = std::map<std::string, std::string, std::less<>>;
using MakeSecrets = std::function<std::unique_ptr<Secrets>(const Values&)>;

class SecretsContract : public testing::TestWithParam<MakeSecrets> {
 protected:
  std::unique_ptr<Secrets> secrets_ = GetParam()({{"mongo.password", "s3 cret=\"x\""}, {"empty", ""}});
};

TEST_P(SecretsContract, GivesTheValueByteForByte) {
  EXPECT_EQ(*secrets_->get("mongo.password"), "s3 cret=\"x\"");
}

TEST_P(SecretsContract, AnEmptyValueIsAValue) {
  const auto value = secrets_->get("empty");
  ASSERT_TRUE(value);
  EXPECT_EQ(*value, "");
}

TEST_P(SecretsContract, AnUnknownNameIsNotFound) {
  EXPECT_EQ(secrets_->get("mongo.user").error(), boost::system::errc::no_such_file_or_directory);
}

TEST_P(SecretsContract, RefusesNamesThatAreNone) {
  for (const char* name : {"", "../passwd", "a/b", ".hidden", "with space", "9lives", "nul\n"}) {
    EXPECT_EQ(secrets_->get(name).error(), boost::system::errc::invalid_argument) << name;
  }
  EXPECT_FALSE(secrets_->get(std::string(129, 'a')));
}

}  // namespace aesel::secrets
