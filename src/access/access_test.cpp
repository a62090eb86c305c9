// Who may do what, cell by cell, and that the stored word agrees with the rule.
#include <gtest/gtest.h>

#include <algorithm>

#include "access/ownership.hpp"
#include "access/principal.hpp"

namespace aesel::access {
namespace {

const std::optional<Principal> kNobody;
const std::optional<Principal> kAnn = Principal{"ann", Standing::kUser};
const std::optional<Principal> kBob = Principal{"bob", Standing::kUser};
const std::optional<Principal> kRoot = Principal{"root", Standing::kAdmin};
const Ownership kAnnsOwn{"ann", Visibility::kPrivate};
const Ownership kAnnsShared{"ann", Visibility::kPublic};
const Ownership kOrphan{"", Visibility::kPrivate};

TEST(Ownership, ReadingIsForThePublicAndTheOwner) {
  EXPECT_TRUE(may_read(kNobody, kAnnsOwn));
  EXPECT_TRUE(may_read(kAnn, kAnnsOwn));
  EXPECT_FALSE(may_read(kBob, kAnnsOwn));
  EXPECT_FALSE(may_read(kRoot, kAnnsOwn));
  EXPECT_TRUE(may_read(kBob, kAnnsShared));
  EXPECT_TRUE(may_read(kBob, kOrphan));
}

TEST(Ownership, ControlIsForTheOwnerAndAdmins) {
  EXPECT_TRUE(may_control(kNobody, kAnnsShared));
  EXPECT_TRUE(may_control(kAnn, kAnnsShared));
  EXPECT_FALSE(may_control(kBob, kAnnsShared));
  EXPECT_TRUE(may_control(kRoot, kAnnsOwn));
  EXPECT_FALSE(may_control(kBob, kOrphan));
  EXPECT_TRUE(may_control(kRoot, kOrphan));
}

TEST(Ownership, StoredWordSaysWhatTheRuleSays) {
  const std::optional<Principal> tricky = Principal{"public", Standing::kUser};
  for (const auto& who : {kAnn, kBob, kRoot, tricky}) {
    for (const auto& what : {kAnnsOwn, kAnnsShared, kOrphan, Ownership{"public", Visibility::kPrivate}}) {
      const auto words = audiences_of(who).value();
      EXPECT_EQ(std::ranges::find(words, audience(what)) != words.end(), may_read(who, what))
          << who->username << " and " << what.owner;
    }
  }
  EXPECT_FALSE(audiences_of(kNobody).has_value());
}

TEST(Principal, IsWhatTheGatewaySaidLast) {
  http::Request request;
  request.headers.push_back(http::Header{"x-AESEL-principal", "mallory"});
  request.headers.push_back(http::Header{"x-aesel-standing", "admin"});
  EXPECT_EQ(principal_of(request), (Principal{"mallory", Standing::kAdmin}));
  set_principal(request, *kAnn);
  EXPECT_EQ(principal_of(request), kAnn);
  set_principal(request, *kRoot);
  EXPECT_EQ(principal_of(request), kRoot);
  erase_principal(request);
  EXPECT_EQ(principal_of(request), std::nullopt);
  EXPECT_TRUE(request.headers.empty());
}

}  // namespace
}  // namespace aesel::access
