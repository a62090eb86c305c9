// What clients of the assets service send and get beside files: metadata and histories as JSON, upload
// parameters. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "assets/asset.hpp"
#include "assets/history.hpp"
#include "catalog/refusal.hpp"
#include "json/writer.hpp"

namespace aesel::assets {

inline constexpr std::size_t kBulkIdsMax = 10000;

/// The names of the parameters of an upload, and the only ones that are looked at.
bool is_upload_parameter(std::string_view name);
/// Takes a parameter's value; "" is as good as absent. Refuses: 400 and 110 for what is not UTF-8, not a
/// media type, not a word for yes or no; 400 and 122 for text that is too long.
catalog::Outcome<void> set_parameter(AssetInput& input, std::string_view name, std::string_view value);

/// {"ids":[...]}; what cannot be a key is left out. Refuses (400) what is not JSON, has no array, or too
/// many.
catalog::Outcome<std::vector<AssetId>> decode_bulk(std::string_view body);

void write_asset(json::Writer& writer, const Asset& asset);
void write_history(json::Writer& writer, const History& history);

/// 2024.02.29.23.59.59, in UTC.
std::string timestamp(std::int64_t wall_s);
/// Thu, 29 Feb 2024 23:59:59 GMT
std::string http_date(std::int64_t wall_s);

}  // namespace aesel::assets
