// The stored forms come back as they were; what is no record is refused.
#include "assets/asset_record.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace aesel::assets {
namespace {

const AssetId kFirst = *AssetId::parse("5f0000000000000000000001");
const AssetId kSecond = *AssetId::parse("5f0000000000000000000002");

Asset full_asset() {
  Asset asset;
  asset.key = kSecond;
  asset.name = "n\"\\";
  asset.content_type = "model/obj";
  asset.file_type = "obj";
  asset.asset_type = "mesh";
  asset.ownership = {"ann", access::Visibility::kPrivate};
  asset.created_s = 12345;
  asset.bytes = std::uint64_t{1} << 40;
  asset.sha256 = std::string(64, 'a');
  asset.history = kFirst;
  return asset;
}

TEST(AssetRecord, ComesBackAsItWas) {
  EXPECT_EQ(asset_from_stored(to_stored(full_asset())), full_asset());
  Asset plain;
  EXPECT_EQ(asset_from_stored(to_stored(plain)), plain);
}

TEST(AssetRecord, SaysForWhomItIs) {
  const auto body = nlohmann::json::parse(to_stored(full_asset()).body);
  EXPECT_EQ(body.at("user"), "ann");
  EXPECT_EQ(body.at("isPublic"), false);
  EXPECT_EQ(body.at("audience"), access::audience({"ann", access::Visibility::kPrivate}));
}

TEST(AssetRecord, IsRefusedWhenItMakesNoSense) {
  const storage::Document good = to_stored(full_asset());
  for (const char* body :
       {"", "[]", "{}", R"({"history":"x","size":1})", R"({"history":"5f0000000000000000000001"})",
        R"({"history":"5f0000000000000000000001","size":-1})"}) {
    EXPECT_EQ(asset_from_stored({good.key, body, {}}), std::nullopt) << body;
  }
  EXPECT_EQ(asset_from_stored({"key", good.body, {}}), std::nullopt);
}

TEST(HistoryRecord, ComesBackAsItWas) {
  const History history{kFirst, {kSecond, kFirst}};
  EXPECT_EQ(history_from_stored(to_stored(history)), history);
  for (const char* body : {"", "{}", R"({"assetIds":[]})", R"({"assetIds":["x"]})"})
    EXPECT_EQ(history_from_stored({kFirst.text(), body, {}}), std::nullopt) << body;
}

}  // namespace
}  // namespace aesel::assets
