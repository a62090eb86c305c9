#include "gateway/token.hpp"

#include <gtest/gtest.h>

#include "crypto/base64.hpp"
#include "crypto/hmac.hpp"

namespace aesel::gateway {
namespace {

constexpr const char* kSecret = "secret";
const Claims kClaims{"Eve \"ü\"", "0123456789abcdef01234567", "generation", 1'700'000'000};

/// A token with any header and payload, rightly signed.
std::string signed_token(std::string_view header, std::string_view payload) {
  const std::string text = crypto::to_base64url(header) + "." + crypto::to_base64url(payload);
  return text + "." + crypto::to_base64url(crypto::hmac_sha512(kSecret, text));
}

constexpr const char* kPayload = R"({"sub":"eve","exp":5,"uid":"1","gen":"2"})";

TEST(Token, SaysWhatItWasMadeWith) {
  EXPECT_EQ(verify_token(sign_token(kClaims, kSecret), kSecret), kClaims);
}

TEST(Token, IsAJsonWebToken) {
  const std::string token = sign_token(kClaims, kSecret);
  const std::size_t dot = token.find('.');
  EXPECT_EQ(crypto::from_base64url(token.substr(0, dot)), R"({"typ":"JWT","alg":"HS512"})");
  const std::string payload = *crypto::from_base64url(token.substr(dot + 1, token.rfind('.') - dot - 1));
  EXPECT_EQ(payload,
            R"({"sub":"Eve \"ü\"","exp":1700000000,"uid":"0123456789abcdef01234567","gen":"generation"})");
}

TEST(Token, CountsOnlyUnchangedAndWithItsSecret) {
  const std::string token = sign_token(kClaims, kSecret);
  EXPECT_FALSE(verify_token(token, "Secret"));
  EXPECT_FALSE(verify_token(token, ""));
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify_token(changed, kSecret)) << i;
    EXPECT_FALSE(verify_token(token.substr(0, i), kSecret)) << i;
  }
}

TEST(Token, OtherAlgorithmsDoNotCountEvenIfSigned) {
  EXPECT_TRUE(verify_token(signed_token(R"({"alg":"HS512"})", kPayload), kSecret));
  EXPECT_TRUE(verify_token(signed_token(R"({"alg":"HS512","typ":"JWT"})", kPayload), kSecret));
  for (const char* header : {R"({"alg":"none"})", R"({"alg":"HS256"})", R"({"alg":"hs512"})",
                             R"({"typ":"JWT"})", R"({"alg":["HS512"]})", R"({"alg":"HS512","crit":["x"]})",
                             R"({"alg":"HS512","typ":"JWE"})", R"([])", R"("HS512")", "", "{"}) {
    EXPECT_FALSE(verify_token(signed_token(header, kPayload), kSecret)) << header;
  }
  const std::string unsigned_token =
      crypto::to_base64url(R"({"alg":"none"})") + "." + crypto::to_base64url(kPayload) + ".";
  EXPECT_FALSE(verify_token(unsigned_token, kSecret));
}

TEST(Token, EveryClaimIsWanted) {
  for (const char* payload :
       {R"({"exp":5,"uid":"1","gen":"2"})", R"({"sub":"eve","uid":"1","gen":"2"})",
        R"({"sub":"eve","exp":5,"gen":"2"})", R"({"sub":"eve","exp":5,"uid":"1"})",
        R"({"sub":"eve","exp":"5","uid":"1","gen":"2"})", R"({"sub":"eve","exp":5.5,"uid":"1","gen":"2"})",
        R"({"sub":"eve","exp":1e99,"uid":"1","gen":"2"})", R"({"sub":"","exp":5,"uid":"1","gen":"2"})",
        R"({"sub":"eve","exp":5,"uid":1,"gen":"2"})", "[]", "null", ""}) {
    EXPECT_FALSE(verify_token(signed_token(R"({"alg":"HS512"})", payload), kSecret)) << payload;
  }
}

TEST(Token, WhatIsTooLongIsNotRead) {
  Claims claims = kClaims;
  claims.username = std::string(kTokenBytesMax, 'x');
  EXPECT_FALSE(verify_token(sign_token(claims, kSecret), kSecret));
}

}  // namespace
}  // namespace aesel::gateway
