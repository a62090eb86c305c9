// Blobs in memory: for tests and for `--storage memory`. Keys share content that is equal; it goes with the
// last of them.
#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "crypto/digest.hpp"
#include "storage/blob_store.hpp"
#include "storage/error.hpp"

namespace aesel::storage {
namespace {

/// All blobs. Outlives the store as long as there is an upload.
class Vault {
 public:
  struct Content {
    std::string bytes, sha256;
  };

  const Content* find(const std::string& key) const {
    const auto found = blobs_.find(key);
    return found == blobs_.end() ? nullptr : found->second.get();
  }

  Result<Blob> add(const std::string& key, std::string bytes) {
    if (key.empty()) return make_error_code(Errc::kInvalid);
    if (blobs_.contains(key)) return make_error_code(Errc::kExists);
    std::string sha256 = crypto::to_hex(crypto::sha256(bytes));
    std::shared_ptr<const Content> content = contents_[sha256].lock();
    if (content == nullptr) {
      content = std::make_shared<const Content>(Content{std::move(bytes), sha256});
      contents_[sha256] = content;
    }
    blobs_.emplace(key, content);
    return Blob{key, content->bytes.size(), sha256};
  }

  void erase(const std::string& key) {
    const auto found = blobs_.find(key);
    if (found == blobs_.end()) return;
    if (found->second.use_count() == 1) contents_.erase(found->second->sha256);
    blobs_.erase(found);
  }

  const std::map<std::string, std::shared_ptr<const Content>>& blobs() const { return blobs_; }

 private:
  std::map<std::string, std::shared_ptr<const Content>> blobs_;
  std::unordered_map<std::string, std::weak_ptr<const Content>> contents_;  // by digest
};

class MemoryBlobUpload final : public BlobUpload {
 public:
  explicit MemoryBlobUpload(std::weak_ptr<Vault> vault) : vault_(std::move(vault)) {}

  Task<Result<void>> append(std::string_view bytes) override {
    if (is_over_ || vault_.expired()) co_return make_error_code(Errc::kUnavailable);
    bytes_ += bytes;
    co_return Result<void>{};
  }

  Task<Result<Blob>> finish(std::string key) override {
    const std::shared_ptr<Vault> vault = vault_.lock();
    if (std::exchange(is_over_, true) || vault == nullptr) co_return make_error_code(Errc::kUnavailable);
    co_return vault->add(key, std::move(bytes_));
  }

 private:
  std::weak_ptr<Vault> vault_;
  std::string bytes_;
  bool is_over_ = false;
};

class MemoryBlobStore final : public BlobStore {
 public:
  std::unique_ptr<BlobUpload> upload() override { return std::make_unique<MemoryBlobUpload>(vault_); }

  Task<Result<Blob>> find(std::string key) override {
    const Vault::Content* content = vault_->find(key);
    if (content == nullptr) co_return make_error_code(Errc::kNotFound);
    Blob blob{std::move(key), content->bytes.size(), content->sha256};
    co_return blob;
  }

  Task<Result<std::size_t>> read(std::string key, std::uint64_t offset, std::span<char> into) override {
    const Vault::Content* content = vault_->find(key);
    if (content == nullptr) co_return make_error_code(Errc::kNotFound);
    if (offset >= content->bytes.size()) co_return std::size_t{0};
    co_return content->bytes.copy(into.data(), into.size(), offset);
  }

  Task<Result<void>> erase(std::vector<std::string> keys) override {
    for (const std::string& key : keys) vault_->erase(key);
    co_return Result<void>{};
  }

  Result<void> scan(const std::function<bool(const Blob&)>& visit) override {
    for (const auto& [key, content] : vault_->blobs()) {
      const Blob blob{key, content->bytes.size(), content->sha256};
      if (!visit(blob)) break;
    }
    return {};
  }

  Task<Result<void>> check() override { co_return Result<void>{}; }

 private:
  std::shared_ptr<Vault> vault_ = std::make_shared<Vault>();
};

}  // namespace

std::unique_ptr<BlobStore> make_memory_blob_store() {
  return std::make_unique<MemoryBlobStore>();
}

}  // namespace aesel::storage
