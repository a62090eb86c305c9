// Examples of RFC 4231.
#include "crypto/hmac.hpp"

#include <gtest/gtest.h>

#include "crypto/digest.hpp"

namespace aesel::crypto {
namespace {

TEST(HmacSha512, MatchesTheStandardsExamples) {
  EXPECT_EQ(to_hex(hmac_sha512("Jefe", "what do ya want for nothing?")),
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd"
            "caeab1a34"
            "d4a6b4b636e070a38bce737");
  EXPECT_EQ(
      to_hex(hmac_sha512(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
      "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f"
      "73f"
      "63f0aec8b915a985d786598");
}

TEST(ConstantTime, ComparesAll) {
  EXPECT_TRUE(is_equal_in_constant_time("", ""));
  EXPECT_TRUE(is_equal_in_constant_time("same", "same"));
  EXPECT_FALSE(is_equal_in_constant_time("same", "sane"));
  EXPECT_FALSE(is_equal_in_constant_time("same", "sam"));
}

}  // namespace
}  // namespace aesel::crypto
