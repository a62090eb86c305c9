// The content of an asset as the body of a response: read from the blob store while it is sent.
#pragma once

#include <memory>
#include <string>

#include "http/message.hpp"
#include "http/range.hpp"
#include "storage/blob_store.hpp"
#include "telemetry/metrics.hpp"

namespace aesel::assets {

/// Reads that part of a blob, and counts what was read; the references outlive it. A blob that ends earlier
/// is an error (kCorrupt).
std::unique_ptr<http::BodySource> open_content(storage::BlobStore& blobs, std::string key,
                                               http::ByteRange range, telemetry::Counter& read_bytes);

}  // namespace aesel::assets
