#include "crypto/password.hpp"

#include <gtest/gtest.h>

namespace aesel::crypto {
namespace {

// The example of the bcrypt paper's test vectors: "U*U" at cost 5.
constexpr const char* kBcrypt = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

TEST(Password, IsRightOrNot) {
  const std::string hash = hash_password("secret", least_cost()).value();
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$")) << hash;
  EXPECT_TRUE(is_right_password("secret", hash));
  EXPECT_FALSE(is_right_password("Secret", hash));
  EXPECT_FALSE(is_right_password("", hash));
  EXPECT_NE(hash, hash_password("secret", least_cost()).value()) << "no salt";
}

TEST(Password, MayHoldAnyByte) {
  const std::string password("a\0b\xff", 4);
  const std::string hash = hash_password(password, least_cost()).value();
  EXPECT_TRUE(is_right_password(password, hash));
  EXPECT_FALSE(is_right_password(std::string("a\0c", 3), hash));
  EXPECT_FALSE(is_right_password("a", hash));
}

TEST(Password, BcryptIsVerified) {
  for (const char kind : {'a', 'b', 'y'}) {
    std::string hash = kBcrypt;
    hash[2] = kind;
    EXPECT_TRUE(is_right_password("U*U", hash)) << kind;
    EXPECT_FALSE(is_right_password("U*V", hash)) << kind;
    EXPECT_TRUE(needs_rehash(hash, least_cost()));
  }
  EXPECT_FALSE(is_right_password(std::string("U*U\0x", 5), kBcrypt)) << "bcrypt stops at a NUL";
}

TEST(Password, NothingIsRightForWhatIsNoHash) {
  const std::string good = hash_password("x", least_cost()).value();
  for (const std::string& hash :
       {std::string(), std::string("x"), std::string("*0"), std::string("$argon2id$"),
        std::string("$1$salt$hash"), std::string(kBcrypt, 59), good.substr(1), good + std::string(100, 'x'),
        std::string(60, '$')}) {
    EXPECT_FALSE(is_right_password("x", hash)) << hash;
    EXPECT_TRUE(needs_rehash(hash, least_cost())) << hash;
  }
  EXPECT_FALSE(is_right_password(std::string(kPasswordBytesMax + 1, 'x'), good));
}

TEST(Password, AnImpossibleHashLooksLikeAnyOther) {
  const std::string hash = impossible_hash(least_cost());
  EXPECT_EQ(hash.size(), hash_password("x", least_cost()).value().size());
  EXPECT_FALSE(needs_rehash(hash, least_cost())) << hash;
  EXPECT_FALSE(is_right_password("", hash));
}

TEST(Password, IsHashedAgainAtAnotherCost) {
  const std::string cheap = hash_password("x", least_cost()).value();
  EXPECT_FALSE(needs_rehash(cheap, least_cost()));
  EXPECT_TRUE(needs_rehash(cheap, interactive_cost()));
}

}  // namespace
}  // namespace aesel::crypto
