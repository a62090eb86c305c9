#include "json/value.hpp"

#include <cmath>
#include <limits>

namespace aesel::json {
namespace {

/// Builds the document and stops, without an exception, at the first error or when it is nested too deeply.
/// nlohmann's own DOM builder does the work; this adds the bound.
class BoundedBuilder final : public nlohmann::detail::json_sax_dom_parser<Value> {
 public:
  using Base = nlohmann::detail::json_sax_dom_parser<Value>;
  explicit BoundedBuilder(Value& document) : Base(document, /*allow_exceptions_=*/false) {}

  bool start_object(std::size_t elements) { return deeper() && Base::start_object(elements); }
  bool end_object() { return shallower() && Base::end_object(); }
  bool start_array(std::size_t elements) { return deeper() && Base::start_array(elements); }
  bool end_array() { return shallower() && Base::end_array(); }

  template <class Exception>
  bool parse_error(std::size_t position, const std::string& token, const Exception& error) {
    message = error.what();
    // The library's text begins with its own error number in brackets.
    if (const auto bracket = message.find("] "); bracket != std::string::npos) message.erase(0, bracket + 2);
    return Base::parse_error(position, token, error);
  }

  std::string message;

 private:
  bool deeper() {
    if (++depth_ <= kDepthMax) return true;
    message = "nested deeper than " + std::to_string(kDepthMax) + " levels";
    return false;
  }
  bool shallower() {
    --depth_;
    return true;
  }
  int depth_ = 0;
};

}  // namespace

Result<Value, ParseError> parse(std::string_view text) {
  Value root;
  BoundedBuilder builder(root);
  const bool ok = Value::sax_parse(text.begin(), text.end(), &builder, nlohmann::json::input_format_t::json,
                                   /*strict=*/false);
  if (!ok) {
    if (builder.message.empty()) builder.message = "not a JSON value";
    return ParseError{std::move(builder.message)};
  }
  return Result<Value, ParseError>(boost::system::in_place_value, std::move(root));
}

const Value* find(const Value& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(name);
  if (it == object.end() || it->is_null()) return nullptr;
  return &*it;
}

std::optional<std::string> text(const Value& object, std::string_view name) {
  const Value* value = find(object, name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return value->get_ref<const std::string&>();
}

std::string text_or_empty(const Value& object, std::string_view name) {
  return text(object, name).value_or(std::string());
}

std::optional<double> number(const Value& object, std::string_view name) {
  const Value* value = find(object, name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const double number = value->get<double>();
  if (!std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<std::int64_t> integer(const Value& object, std::string_view name) {
  const Value* value = find(object, name);
  if (value == nullptr || !value->is_number_integer()) return std::nullopt;
  if (value->is_number_unsigned() &&
      value->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  return value->get<std::int64_t>();
}

std::optional<std::int32_t> int32(const Value& object, std::string_view name) {
  const auto wide = integer(object, name);
  if (!wide || *wide < std::numeric_limits<std::int32_t>::min() ||
      *wide > std::numeric_limits<std::int32_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::int32_t>(*wide);
}

std::optional<bool> boolean(const Value& object, std::string_view name) {
  const Value* value = find(object, name);
  if (value == nullptr || !value->is_boolean()) return std::nullopt;
  return value->get<bool>();
}

std::vector<std::string> texts(const Value& object, std::string_view name) {
  std::vector<std::string> result;
  const Value* value = find(object, name);
  if (value == nullptr || !value->is_array()) return result;
  for (const Value& element : *value) {
    if (element.is_string() && !element.get_ref<const std::string&>().empty()) {
      result.push_back(element.get<std::string>());
    }
  }
  return result;
}

}  // namespace aesel::json
