#include "assets/upload.hpp"

#include <algorithm>
#include <span>

#include "assets/asset_codec.hpp"

namespace aesel::assets {
namespace {

using catalog::Outcome;
using catalog::Refusal;
using Event = MultipartParser::Event;

constexpr const char* kFilePart = "file";

Refusal too_large(std::uint64_t bytes_max) {
  return {413, 122, "the file is larger than " + std::to_string(bytes_max) + " bytes"};
}

Refusal refusal_of(MultipartErrc code) {
  const std::string text(to_text(code));
  return is_limit(code) ? Refusal{413, 122, text} : Refusal::unreadable(text);
}

}  // namespace

Upload::Upload(http::Request& request, std::uint64_t bytes_max, std::string_view boundary)
    : request_(request), bytes_max_(bytes_max), parser_(boundary) {}

Outcome<Upload> Upload::open(http::Request& request, std::uint64_t bytes_max) {
  const Result<std::string, BoundaryErrc> boundary = boundary_of(request.header("Content-Type"));
  if (!boundary && boundary.error() == BoundaryErrc::kOtherType)
    return Refusal{415, 110, "the body has to be multipart/form-data with the file in its part 'file'"};
  if (!boundary) return Refusal::unreadable("the Content-Type has no usable boundary");
  if (request.source_bytes.value_or(0) > bytes_max + kFormBytesMax) return too_large(bytes_max);
  Upload upload(request, bytes_max, *boundary);
  for (const auto& [name, value] : request.query) {
    const Outcome<void> set = upload.set(name, value);
    if (!set) return set.error();
  }
  return upload;
}

Task<Outcome<void>> Upload::receive(storage::BlobStore& blobs, catalog::StoreFailures& failures) {
  std::vector<char> piece(request_.source ? kUploadPieceBytes : 0);
  while (request_.source) {
    const Result<std::size_t> filled = co_await fill(piece);
    if (!filled) co_return Refusal::unreadable("the upload was cut off: " + filled.error().message());
    if (*filled == 0) break;
    total_bytes_ += *filled;
    if (total_bytes_ > bytes_max_ + kFormBytesMax) co_return too_large(bytes_max_);
    const std::string_view bytes(piece.data(), *filled);
    const Outcome<void> taken = co_await take(bytes, blobs, failures);
    if (!taken) co_return taken.error();
  }
  const Result<void, MultipartErrc> finished = parser_.finish();
  if (!finished) co_return refusal_of(finished.error());
  if (!file_) co_return Refusal{400, 122, "the form has no part 'file'"};
  co_return Outcome<void>();
}

Task<Result<std::size_t>> Upload::fill(std::vector<char>& piece) {
  std::size_t filled = 0;
  while (filled < piece.size()) {
    const std::span<char> rest = std::span(piece).subspan(filled);
    const Result<std::size_t> read = co_await request_.source->read(rest);
    if (!read) co_return read;
    if (*read == 0) break;
    filled += *read;
  }
  co_return filled;
}

Task<Outcome<void>> Upload::take(std::string_view piece, storage::BlobStore& blobs,
                                 catalog::StoreFailures& failures) {
  for (;;) {
    Outcome<void> taken;
    switch (parser_.next(piece)) {
      case Event::kMore:
        co_return Outcome<void>();
      case Event::kBegin:
        taken = begin_part(blobs);
        break;
      case Event::kData:
        taken = co_await take_data(failures);
        break;
      case Event::kEnd:
        taken = end_part();
        break;
      case Event::kFailed:
        taken = refusal_of(parser_.error());
        break;
    }
    if (!taken) co_return taken;
  }
}

/// A file under another name, and a field that nobody asked for, are read and forgotten.
Outcome<void> Upload::begin_part(storage::BlobStore& blobs) {
  const PartHead& head = parser_.head();
  field_ = Field::kIgnored;
  value_.clear();
  if (head.name == kFilePart) {
    if (file_) return Refusal::unreadable("the form has more than one part 'file'");
    field_ = Field::kFile;
    file_ = blobs.upload();
  } else if (!head.filename && is_upload_parameter(head.name)) {
    field_ = Field::kParameter;
  }
  return Outcome<void>();
}

Task<Outcome<void>> Upload::take_data(catalog::StoreFailures& failures) {
  const std::string_view data = parser_.data();
  if (field_ == Field::kFile) {
    file_bytes_ += data.size();
    if (file_bytes_ > bytes_max_) co_return too_large(bytes_max_);
    const Result<void> appended = co_await file_->append(data);
    if (!appended) co_return failures.refuse(appended.error());
  } else if (field_ == Field::kParameter) {
    if (value_.size() + data.size() > kFieldBytesMax)
      co_return Refusal{413, 122, "the form's part '" + parser_.head().name + "' is longer than 64 KiB"};
    value_ += data;
  }
  co_return Outcome<void>();
}

Outcome<void> Upload::end_part() {
  if (field_ != Field::kParameter) return Outcome<void>();
  return set(parser_.head().name, value_);
}

/// Clients may say the same thing twice, in the query and in the form; a later value is not even looked at.
Outcome<void> Upload::set(const std::string& name, const std::string& value) {
  if (value.empty() || std::ranges::find(given_, name) != given_.end()) return Outcome<void>();
  if (is_upload_parameter(name)) given_.push_back(name);
  return set_parameter(input_, name, value);
}

}  // namespace aesel::assets
