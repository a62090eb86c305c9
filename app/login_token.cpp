#include "app/login_token.hpp"

#include <cstdlib>
#include <string>

namespace aesel::app {

void add_login_token(http::ClientRequest& request) {
  const char* const token = std::getenv(kTokenVariable);
  if (token == nullptr || *token == 0) return;
  request.headers.push_back(http::Header{"Authorization", "Bearer " + std::string(token)});
}

const char* login_advice(int status) {
  if (status != 401) return "";
  return ". Log in with: export AESEL_SECRET_TOKEN=$(aesel login USERNAME)";
}

}  // namespace aesel::app
