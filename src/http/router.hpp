// Router: one service's table of routes, and the dispatch of a request to its handler.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.hpp"
#include "http/message.hpp"
#include "http/service.hpp"

namespace aesel::http {

/// The values of a pattern's {parameters}, in order, as decoded text.
class Params {
 public:
  const std::string& operator[](std::size_t i) const { return *values_[i]; }
  std::size_t size() const { return count_; }
  void push(const std::string& value) { values_[count_++] = &value; }
  void clear() { count_ = 0; }
  static constexpr std::size_t kMax = 8;

 private:
  const std::string* values_[kMax] = {};
  std::size_t count_ = 0;
};

using Handler = std::function<Task<Response>(Request&, const Params&)>;

struct Route {
  Method method;
  std::string pattern;  // "/v1/object/{key}/lock"; a trailing "/**" matches any rest, even an empty one
  Handler handler;
  BodyMode body = BodyMode::kWhole;
};

/// The first route of the table that matches wins. No match: 404; a match with another method only: 405 with
/// Allow; both with a JSON body {"err_code":…,"err_msg":…}. HEAD is answered by the GET route.
class Router final : public Service {
 public:
  explicit Router(std::vector<Route> routes);
  ~Router() override;
  Task<Response> handle(Request& request) override;
  BodyMode body_mode(const Request& head) const override;
  /// Does any route have this path, whatever the method?
  bool knows(const Request& request) const;

 private:
  struct Compiled;
  std::vector<Compiled> routes_;
};

/// {"err_code":code,"err_msg":"text"} with that status.
Response error_response(int status, int err_code, std::string_view text);

}  // namespace aesel::http
