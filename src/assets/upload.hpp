// Upload: the body of a request that brings a file, read while it arrives. The file goes to a blob store in
// pieces, so that its size costs no memory; parameters are taken from the query and from form fields,
// wherever in the form they are.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assets/asset.hpp"
#include "assets/multipart.hpp"
#include "base/task.hpp"
#include "catalog/refusal.hpp"
#include "catalog/store_failures.hpp"
#include "http/message.hpp"
#include "storage/blob_store.hpp"

namespace aesel::assets {

inline constexpr std::size_t kUploadPieceBytes = 256 * 1024;  // held in memory for each upload
inline constexpr std::size_t kFieldBytesMax = 64 * 1024;      // of a parameter in the form
/// What a form may have beside its file.
inline constexpr std::uint64_t kFormBytesMax = 8 * 1024 * 1024;

/// One coroutine. Lifetime: shorter than the request's.
class Upload {
 public:
  /// Reads nothing yet. Refuses: 415 what is not multipart/form-data; 400 one without a boundary, and bad
  /// parameters in the query; 413 what says that it is too large.
  static catalog::Outcome<Upload> open(http::Request& request, std::uint64_t bytes_max);

  /// Reads to the end of the body. Refuses: 400 a body that is cut off or no form, bad parameters, no file or
  /// more than one; 413 what is too large; what `failures` says if the store fails. Called once.
  Task<catalog::Outcome<void>> receive(storage::BlobStore& blobs, catalog::StoreFailures& failures);

  /// What was said about the file: by the query until receive() is called, by the form as well after it.
  const AssetInput& input() const { return input_; }
  /// After receive(): the file, whose finish() was not called yet. To destroy it is to throw it away.
  std::unique_ptr<storage::BlobUpload> take_file() { return std::move(file_); }
  std::uint64_t file_bytes() const { return file_bytes_; }

 private:
  enum class Field { kIgnored, kFile, kParameter };

  Upload(http::Request& request, std::uint64_t bytes_max, std::string_view boundary);
  /// Waits until the piece is full or the body has ended, so that the store gets large pieces.
  Task<Result<std::size_t>> fill(std::vector<char>& piece);
  Task<catalog::Outcome<void>> take(std::string_view piece, storage::BlobStore& blobs,
                                    catalog::StoreFailures& failures);
  Task<catalog::Outcome<void>> take_data(catalog::StoreFailures& failures);
  catalog::Outcome<void> begin_part(storage::BlobStore& blobs);
  catalog::Outcome<void> end_part();
  catalog::Outcome<void> set(const std::string& name, const std::string& value);

  http::Request& request_;
  std::uint64_t bytes_max_;
  MultipartParser parser_;
  AssetInput input_;
  std::vector<std::string> given_;  // parameters that have a value: the first one counts
  Field field_ = Field::kIgnored;   // the part that is being read
  std::string value_;               // of a parameter that is being read
  std::uint64_t total_bytes_ = 0;
  std::uint64_t file_bytes_ = 0;
  std::unique_ptr<storage::BlobUpload> file_;
};

}  // namespace aesel::assets
