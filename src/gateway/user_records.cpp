#include "gateway/user_records.hpp"

#include <utility>

#include "gateway/user_codec.hpp"
#include "storage/error.hpp"

namespace aesel::gateway {
namespace {

constexpr const char* kCollection = "users";

using Kind = storage::Write::Kind;

storage::Write write_of(Kind kind, const User& user) {
  StoredUser stored = to_stored(user);
  return {kind, kCollection, {std::move(stored.key), std::move(stored.body), std::move(stored.state)}};
}

Result<User> read_user(const storage::Document& document) {
  std::optional<User> user = from_stored({document.key, document.body, document.state});
  if (!user) return make_error_code(storage::Errc::kCorrupt);
  return std::move(*user);
}

}  // namespace

Result<void> UserRecords::open() {
  return store_.open_collection({kCollection, {"username", "email"}});
}

Task<Result<std::optional<User>>> UserRecords::find(std::string id) {
  const Result<storage::Document> document = co_await store_.get(kCollection, std::move(id));
  if (!document) {
    if (document.error() == storage::Errc::kNotFound) co_return std::optional<User>();
    co_return document.error();
  }
  Result<User> user = read_user(*document);
  if (!user) co_return user.error();
  co_return std::optional<User>(std::move(*user));
}

Task<Result<std::optional<User>>> UserRecords::find_by(std::string member, std::string text) {
  storage::Query query;
  query.equals.emplace_back(std::move(member), std::move(text));
  query.limit = 1;
  const Result<std::vector<storage::Document>> documents =
      co_await store_.find(kCollection, std::move(query));
  if (!documents) co_return documents.error();
  if (documents->empty()) co_return std::optional<User>();
  Result<User> user = read_user(documents->front());
  if (!user) co_return user.error();
  co_return std::optional<User>(std::move(*user));
}

Task<Result<std::optional<User>>> UserRecords::find_by_username(std::string username) {
  return find_by("username", std::move(username));
}

Task<Result<std::optional<User>>> UserRecords::find_by_email(std::string email) {
  return find_by("email", std::move(email));
}

Task<Result<std::vector<User>>> UserRecords::list(Page page) {
  storage::Query query;
  query.skip = page.skip;
  query.limit = page.limit;
  const Result<std::vector<storage::Document>> documents =
      co_await store_.find(kCollection, std::move(query));
  if (!documents) co_return documents.error();
  std::vector<User> users;
  users.reserve(documents->size());
  for (const storage::Document& document : *documents) {
    Result<User> user = read_user(document);
    if (!user) co_return user.error();
    users.push_back(std::move(*user));
  }
  co_return users;
}

Task<Result<void>> UserRecords::insert(User user) {
  std::vector<storage::Write> writes;
  writes.push_back(write_of(Kind::kInsert, user));
  return store_.write(std::move(writes));
}

Task<Result<void>> UserRecords::replace_profile(User user) {
  std::vector<storage::Write> writes;
  writes.push_back(write_of(Kind::kReplace, user));
  return store_.write(std::move(writes));
}

Task<Result<void>> UserRecords::replace_standing(User user) {
  std::vector<storage::Write> writes;
  writes.push_back(write_of(Kind::kSetState, user));
  return store_.write(std::move(writes));
}

Task<Result<void>> UserRecords::replace(User user) {
  std::vector<storage::Write> writes;
  writes.push_back(write_of(Kind::kReplace, user));
  writes.push_back(write_of(Kind::kSetState, user));
  return store_.write(std::move(writes));
}

Task<Result<void>> UserRecords::erase(std::string id) {
  storage::Write write{Kind::kErase, kCollection, {}};
  write.document.key = std::move(id);
  std::vector<storage::Write> writes;
  writes.push_back(std::move(write));
  return store_.write(std::move(writes));
}

}  // namespace aesel::gateway
