// Upload parameters in every spelling; metadata, histories and dates as clients read them.
#include "assets/asset_codec.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace aesel::assets {
namespace {

using access::Visibility;
using nlohmann::json;

AssetInput input_of(std::string_view name, std::string_view value) {
  AssetInput input;
  EXPECT_TRUE(set_parameter(input, name, value)) << name << "=" << value;
  return input;
}

int status_of(std::string_view name, std::string_view value) {
  AssetInput input;
  const auto set = set_parameter(input, name, value);
  return set ? 200 : set.error().status;
}

TEST(UploadParameter, IsTakenByItsName) {
  EXPECT_EQ(input_of("name", "Häuschen").name, "Häuschen");
  EXPECT_EQ(input_of("content-type", "model/obj").content_type, "model/obj");
  EXPECT_EQ(input_of("file-type", "obj").file_type, "obj");
  EXPECT_EQ(input_of("asset-type", "mesh").asset_type, "mesh");
  EXPECT_EQ(input_of("related-id", "r").related_id, "r");
  EXPECT_EQ(input_of("related-type", "t").related_type, "t");
  for (const char* name : {"name", "content-type", "file-type", "asset-type", "isPublic", "related-id"}) {
    EXPECT_TRUE(is_upload_parameter(name));
    EXPECT_EQ(input_of(name, ""), AssetInput()) << "empty is absent";
  }
  EXPECT_FALSE(is_upload_parameter("scene"));
  EXPECT_FALSE(is_upload_parameter(""));
  EXPECT_EQ(input_of("scene", "x"), AssetInput());
}

TEST(UploadParameter, KnowsTheWordsForYesAndNo) {
  for (const char* yes : {"true", "on", "yes", "1", "TRUE", "Yes"})
    EXPECT_EQ(input_of("isPublic", yes).visibility, Visibility::kPublic) << yes;
  for (const char* no : {"false", "off", "no", "0", "False"})
    EXPECT_EQ(input_of("isPublic", no).visibility, Visibility::kPrivate) << no;
  for (const char* neither : {"perhaps", "2", " true", "truetrue", "null"})
    EXPECT_EQ(status_of("isPublic", neither), 400) << neither;
}

TEST(UploadParameter, HasLimits) {
  EXPECT_EQ(status_of("name", std::string(1024, 'n')), 200);
  EXPECT_EQ(status_of("name", std::string(1025, 'n')), 400);
  EXPECT_EQ(status_of("file-type", std::string(256, 'n')), 400);
  EXPECT_EQ(status_of("name", "\xFF"), 400);
  EXPECT_EQ(status_of("related-id", std::string(1025, 'n')), 400);
  for (const char* bad : {"nonsense", "text/plain\r\nX: y", "text/\xC3\xA4", "a/b/c"})
    EXPECT_EQ(status_of("content-type", bad), 400) << bad;
  EXPECT_EQ(status_of("content-type", "a/" + std::string(300, 'b')), 400);
}

TEST(BulkRequest, TakesWhatCanBeAKey) {
  const auto keys =
      decode_bulk(R"({"ids":["5f0000000000000000000001","x",7,null,"5F0000000000000000000002"]})");
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 2u);
  EXPECT_EQ((*keys)[1].text(), "5f0000000000000000000002");
  EXPECT_TRUE(decode_bulk(R"({"ids":[]})"));
  for (const char* bad : {"", "x", "[]", "{}", R"({"ids":null})", R"({"ids":"x"})", R"({"ids":{}})"})
    EXPECT_EQ(decode_bulk(bad).error().status, 400) << bad;
  std::string many = R"({"ids":[0)";
  for (std::size_t i = 0; i < kBulkIdsMax; ++i) many += ",0";
  EXPECT_EQ(decode_bulk(many + "]}").error().status, 400);
}

TEST(Metadata, HasEveryMemberThatClientsLookFor) {
  Asset asset;
  asset.key = *AssetId::parse("5f0000000000000000000001");
  asset.name = "Häuschen";
  asset.ownership.owner = "ann";
  asset.created_s = 1'709'251'199;
  asset.bytes = 5'000'000'000;
  asset.sha256 = "ab";
  std::string text;
  aesel::json::Writer writer(text);
  write_asset(writer, asset);
  EXPECT_EQ(json::parse(text), json::parse(R"({"key":"5f0000000000000000000001","name":"Häuschen",
      "description":null,"contentType":"text/plain","fileType":"txt","assetType":"standard","user":"ann",
      "createdTimestamp":"2024.02.29.23.59.59","public":true,"isPublic":true,"size":5000000000,"sha256":"ab"})"));
}

TEST(HistoryJson, NamesTheNewestFirst) {
  const AssetId old = *AssetId::parse("5f0000000000000000000001");
  const AssetId newest = *AssetId::parse("5f0000000000000000000002");
  std::string text;
  aesel::json::Writer writer(text);
  write_history(writer, History{old, {newest, old}});
  EXPECT_EQ(text, R"({"id":"5f0000000000000000000001","asset":"5f0000000000000000000002",)"
                  R"("assetIds":["5f0000000000000000000002","5f0000000000000000000001"]})");
}

TEST(Dates, AreInUtc) {
  EXPECT_EQ(timestamp(0), "1970.01.01.00.00.00");
  EXPECT_EQ(http_date(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace aesel::assets
