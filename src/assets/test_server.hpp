// For tests only: an assets service over memory stores that can be told to fail. Requests go through the
// routes, as they do in the server, but without a network; bodies arrive in pieces of any size.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assets/asset_api.hpp"
#include "assets/asset_records.hpp"
#include "assets/assets.hpp"
#include "assets/relationship_api.hpp"
#include "base/clock.hpp"
#include "catalog/test_client.hpp"
#include "crypto/digest.hpp"
#include "http/router.hpp"
#include "storage/contract_tests/fault_store.hpp"
#include "storage/contract_tests/run.hpp"

namespace aesel::assets::testing {

using catalog::testing::kAnn;
using catalog::testing::kBob;
using catalog::testing::kNobody;
using catalog::testing::kRoot;
using nlohmann::json;

inline const std::string kAbsent(24, 'a');

/// A blob store whose every call counts in a plan, like storage::testing::FaultDocumentStore.
class FaultBlobs final : public storage::BlobStore {
 public:
  FaultBlobs(storage::BlobStore& inner, storage::testing::FaultPlan& plan) : inner_(inner), plan_(plan) {}

  std::unique_ptr<storage::BlobUpload> upload() override {
    return std::make_unique<UploadOf>(inner_.upload(), plan_);
  }
  Task<Result<storage::Blob>> find(std::string key) override {
    return storage::testing::fault_detail::pass(plan_, inner_.find(std::move(key)));
  }
  Task<Result<std::size_t>> read(std::string key, std::uint64_t offset, std::span<char> into) override {
    return storage::testing::fault_detail::pass(plan_, inner_.read(std::move(key), offset, into));
  }
  Task<Result<void>> erase(std::vector<std::string> keys) override {
    return storage::testing::fault_detail::pass(plan_, inner_.erase(std::move(keys)));
  }
  Result<void> scan(const std::function<bool(const storage::Blob&)>& visit) override {
    return storage::testing::fault_detail::pass_blocking(plan_, [&] { return inner_.scan(visit); });
  }
  Task<Result<void>> check() override { return inner_.check(); }

 private:
  class UploadOf final : public storage::BlobUpload {
   public:
    UploadOf(std::unique_ptr<storage::BlobUpload> inner, storage::testing::FaultPlan& plan)
        : inner_(std::move(inner)), plan_(plan) {}
    Task<Result<void>> append(std::string_view bytes) override {
      return storage::testing::fault_detail::pass(plan_, inner_->append(bytes));
    }
    Task<Result<storage::Blob>> finish(std::string key) override {
      return storage::testing::fault_detail::pass(plan_, inner_->finish(std::move(key)));
    }

   private:
    std::unique_ptr<storage::BlobUpload> inner_;
    storage::testing::FaultPlan& plan_;
  };

  storage::BlobStore& inner_;
  storage::testing::FaultPlan& plan_;
};

/// A body that arrives in pieces, lets others go first, and may be cut off.
class PieceSource final : public http::BodySource {
 public:
  PieceSource(std::string bytes, std::size_t piece_bytes, std::optional<std::size_t> fails_after)
      : bytes_(std::move(bytes)), piece_bytes_(piece_bytes), fails_after_(fails_after) {}

  Task<Result<std::size_t>> read(std::span<char> into) override {
    const auto executor = co_await boost::asio::this_coro::executor;
    co_await boost::asio::post(executor, boost::asio::use_awaitable);
    if (fails_after_ && at_ >= *fails_after_)
      co_return boost::system::errc::make_error_code(boost::system::errc::connection_reset);
    const std::size_t end = fails_after_.value_or(bytes_.size());
    const std::size_t bytes = std::min({into.size(), piece_bytes_, end - at_});
    bytes_.copy(into.data(), bytes, at_);
    at_ += bytes;
    co_return bytes;
  }

 private:
  const std::string bytes_;
  const std::size_t piece_bytes_;
  const std::optional<std::size_t> fails_after_;
  std::size_t at_ = 0;
};

struct Answer {
  int status = 0;
  std::string body;
  std::string content_type;
  std::vector<http::Header> headers;
  std::optional<std::uint64_t> source_bytes;
  error_code source_error;  // the body could not be read to its end

  nlohmann::json json() const { return nlohmann::json::parse(body); }
  int code() const { return json().value("err_code", 0); }
  std::string header(std::string_view name) const {
    const auto found = std::ranges::find(headers, name, &http::Header::name);
    return found == headers.end() ? "" : found->value;
  }
};

/// One part of a form; a file has a name.
struct FormPart {
  std::string name;
  std::string content;
  std::optional<std::string> filename;
};

inline FormPart file_part(std::string content) {
  return {"file", std::move(content), "C:\\dir/model.obj"};
}

inline std::string form_of(const std::vector<FormPart>& parts) {
  std::string body;
  for (const FormPart& part : parts) {
    body += "--b0\r\nContent-Disposition: form-data; name=\"" + part.name + "\"";
    if (part.filename)
      body += "; filename=\"" + *part.filename + "\"\r\nContent-Type: image/png\r\nExpires: 0";
    body += "\r\n\r\n" + part.content + "\r\n";
  }
  return body + "--b0--\r\n";
}

struct TestServer {
  explicit TestServer(AssetsOptions options = {})
      : assets(AssetsParts{records, blobs, relationships, clock, keys, metrics}, options) {
    EXPECT_TRUE(relationships.open());
    EXPECT_TRUE(assets.load());
    auto table = asset_routes(assets);
    for (http::Route& route : relationship_routes(relationships)) table.push_back(std::move(route));
    router.emplace(std::move(table));
  }

  struct Sending {
    http::Method method = http::Method::kGet;
    std::string target;
    std::string body;
    std::vector<http::Header> headers;
    std::size_t piece_bytes = 1000;
    std::optional<std::size_t> fails_after;
  };

  Task<Answer> start(Sending sending, catalog::Who as) {
    http::Request request;
    request.method = sending.method;
    EXPECT_TRUE(http::parse_target(sending.target, request)) << sending.target;
    request.headers = std::move(sending.headers);
    if (as) access::set_principal(request, *as);
    if (router->body_mode(request) == http::BodyMode::kStream) {
      if (!sending.fails_after) request.source_bytes = sending.body.size();
      if (!sending.body.empty() || sending.fails_after)
        request.source =
            std::make_unique<PieceSource>(std::move(sending.body), sending.piece_bytes, sending.fails_after);
    } else {
      request.body = std::move(sending.body);
    }
    http::Response response = co_await router->handle(request);
    Answer answer{response.status,  response.body,         response.content_type,
                  response.headers, response.source_bytes, {}};
    std::vector<char> piece(777);
    while (response.source) {
      const std::span<char> into(piece);
      const Result<std::size_t> read = co_await response.source->read(into);
      if (!read) answer.source_error = read.error();
      if (!read || *read == 0) break;
      answer.body.append(piece.data(), *read);
    }
    co_return answer;
  }

  Answer send(Sending sending) { return storage::testing::run(start(std::move(sending), who)); }
  Answer get(std::string target, std::vector<http::Header> headers = {}) {
    return send({http::Method::kGet, std::move(target), "", std::move(headers)});
  }
  Answer erase(std::string target) { return send({http::Method::kDelete, std::move(target)}); }
  Answer post(std::string target, std::string body) {
    return send({http::Method::kPost, std::move(target), std::move(body)});
  }
  static Sending upload_of(std::string target, const std::vector<FormPart>& parts) {
    return {http::Method::kPost,
            std::move(target),
            form_of(parts),
            {{"Content-Type", "multipart/form-data; boundary=b0"}}};
  }
  Answer upload(std::string target, const std::vector<FormPart>& parts) {
    return send(upload_of(std::move(target), parts));
  }
  /// The key of a new asset.
  std::string add(std::string content, std::string target = "/v1/asset") {
    const Answer answer = upload(std::move(target), {file_part(std::move(content))});
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.content_type, "text/plain");
    return answer.body;
  }
  json metadata(const std::string& key) {
    const json list = get("/v1/asset?key=" + key).json();
    return list.size() == 1 ? list[0] : json();
  }
  json history(const std::string& key) { return get("/v1/history/" + key).json(); }

  /// Every document has content, and all content has a document; histories name what is there, every asset
  /// with more than one version once.
  void expect_consistent() {
    std::vector<std::string> contents, keys_of_documents;
    EXPECT_TRUE(memory_blobs->scan([&](const storage::Blob& blob) {
      contents.push_back(blob.key);
      return true;
    }));
    for (const auto& document : catalog::testing::contents(*memory_documents, kAssetCollection))
      keys_of_documents.push_back(document.key);
    std::ranges::sort(keys_of_documents);
    EXPECT_EQ(keys_of_documents, contents);
    std::vector<std::string> versions;
    for (const auto& document : catalog::testing::contents(*memory_documents, kHistoryCollection)) {
      const json history = json::parse(document.body);
      for (const json& version : history.at("assetIds")) versions.push_back(version.get<std::string>());
    }
    std::ranges::sort(versions);
    EXPECT_TRUE(std::ranges::includes(keys_of_documents, versions));
    EXPECT_EQ(std::ranges::adjacent_find(versions), versions.end());
  }
  /// Everything that is stored, to see that nothing has changed.
  std::vector<storage::Document> everything() {
    std::vector<storage::Document> all;
    for (const char* name : {kAssetCollection, kHistoryCollection, "relationships"}) {
      for (auto& document : catalog::testing::contents(*memory_documents, name)) all.push_back(document);
    }
    EXPECT_TRUE(memory_blobs->scan([&](const storage::Blob& blob) {
      all.push_back({blob.key, blob.sha256, {}});
      return true;
    }));
    return all;
  }

  std::unique_ptr<storage::DocumentStore> memory_documents = storage::make_memory_document_store();
  std::unique_ptr<storage::BlobStore> memory_blobs = storage::make_memory_blob_store();
  storage::testing::FaultPlan plan;
  catalog::testing::DawdlingStore dawdling_documents{*memory_documents};  // lets others go first
  storage::testing::FaultDocumentStore documents{dawdling_documents, plan};
  FaultBlobs blobs{*memory_blobs, plan};
  ManualClock clock;
  KeyGenerator keys;
  telemetry::Metrics metrics;
  AssetRecords records{documents};
  Relationships relationships{documents, clock, keys, records};
  Assets assets;
  std::optional<http::Router> router;
  catalog::Who who;  // on whose behalf requests are sent
};

}  // namespace aesel::assets::testing
