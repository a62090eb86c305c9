// HeaderValue: a header's value with parameters, as in `form-data; name="file"; filename="a.obj"`. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aesel::assets {

struct HeaderValue {
  std::string value;                                            // before the first semicolon, lower-case
  std::vector<std::pair<std::string, std::string>> parameters;  // names lower-case, values unquoted
  /// The parameter of that name (lower-case), or nullptr.
  const std::string* parameter(std::string_view name) const;
};

/// Nothing for: an empty value, a parameter without a name or a value, a quote that does not end, two
/// parameters of one name (whoever else reads them might take the other one), control characters.
/// In quotes, a backslash escapes only quotes and backslashes: existing senders put bare Windows paths there.
std::optional<HeaderValue> parse_header_value(std::string_view text);

/// RFC 9110's token: a header's name, and the two halves of a media type.
bool is_token(std::string_view text);

/// `type/subtype`, perhaps with parameters, at most 255 bytes: may be sent as a Content-Type.
bool is_media_type(std::string_view text);

}  // namespace aesel::assets
