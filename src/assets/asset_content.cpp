#include "assets/asset_content.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "storage/error.hpp"

namespace aesel::assets {
namespace {

class Content final : public http::BodySource {
 public:
  Content(storage::BlobStore& blobs, std::string key, http::ByteRange range, telemetry::Counter& read_bytes)
      : blobs_(blobs), key_(std::move(key)), rest_(range), read_bytes_(read_bytes) {}

  Task<Result<std::size_t>> read(std::span<char> into) override {
    into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), rest_.bytes)));
    if (into.empty()) co_return std::size_t{0};
    const Result<std::size_t> read = co_await blobs_.read(key_, rest_.first, into);
    if (!read) co_return read;
    if (*read == 0) co_return make_error_code(storage::Errc::kCorrupt);
    rest_.first += *read;
    rest_.bytes -= *read;
    read_bytes_.add(*read);
    co_return read;
  }

 private:
  storage::BlobStore& blobs_;
  const std::string key_;
  http::ByteRange rest_;
  telemetry::Counter& read_bytes_;
};

}  // namespace

std::unique_ptr<http::BodySource> open_content(storage::BlobStore& blobs, std::string key,
                                               http::ByteRange range, telemetry::Counter& read_bytes) {
  return std::make_unique<Content>(blobs, std::move(key), range, read_bytes);
}

}  // namespace aesel::assets
