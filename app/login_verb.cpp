#include "app/login_verb.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "app/password_prompt.hpp"
#include "http/client.hpp"
#include "http/headers.hpp"
#include "json/value.hpp"
#include "json/writer.hpp"

namespace aesel::app {
namespace {

struct Arguments {
  std::string username;
  std::string server = "http://127.0.0.1:8080";
};

std::string body_of(const std::string& username, const std::string& password) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.member("username", username);
  writer.member("password", password);
  writer.end_object();
  return body;
}

/// The token in the answer's header, without "Bearer "; "" if there is none.
std::string token_of(const http::Response& response) {
  constexpr std::string_view kBearer = "Bearer ";
  for (const http::Header& header : response.headers) {
    const bool is_token =
        http::same_header_name(header.name, "Authorization") && header.value.starts_with(kBearer);
    if (is_token) return header.value.substr(kBearer.size());
  }
  return "";
}

int refused(const Arguments& arguments, const http::Response& response) {
  const auto answer = json::parse(response.body);
  const std::string reason = answer ? json::text_or_empty(*answer, "err_msg") : "is it an Aesel server?";
  fmt::print(stderr, "aesel login: {} answered {}: {}\n", arguments.server, response.status, reason);
  return 1;
}

int run(const Arguments& arguments) {
  const auto url = http::parse_url(arguments.server);
  if (!url) {
    fmt::print(stderr, "--server {}: a URL was expected, like http://127.0.0.1:8080\n", arguments.server);
    return 2;
  }
  const auto password = read_password("password of " + arguments.username, Ask::kOnce);
  if (!password) {
    fmt::print(stderr, "aesel login: {}\n", password.error().message);
    return 1;
  }
  http::ClientOptions options;
  options.server = *url;
  http::ClientRequest request;
  request.method = http::Method::kPost;
  request.target = "/login";
  request.body = body_of(arguments.username, password->text);
  const auto response = http::send_blocking(options, request);
  if (!response) {
    fmt::print(stderr, "aesel login: {} does not answer: {}\n", arguments.server, response.error().message());
    return 1;
  }
  const std::string token = token_of(*response);
  if (response->status != 200 || token.empty()) return refused(arguments, *response);
  fmt::print("{}\n", token);
  return 0;
}

}  // namespace

std::function<int()> add_login_verb(CLI::App& program) {
  CLI::App* verb = program.add_subcommand("login", "Print a token, with which the other tools may pass");
  const auto arguments = std::make_shared<Arguments>();
  verb->add_option("username", arguments->username, "who")->required();
  verb->add_option("--server", arguments->server, "where")->type_name("URL")->capture_default_str();
  verb->footer(
      "The password is asked for, or read from standard input. stream, watch and bench take the token from\n"
      "AESEL_SECRET_TOKEN.\n\n"
      "Example:\n"
      "  export AESEL_SECRET_TOKEN=$(aesel login ann)\n"
      "  aesel watch --scene stage");
  return [arguments] { return run(*arguments); };
}

}  // namespace aesel::app
