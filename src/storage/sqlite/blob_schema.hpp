// The file of blobs.
//   contents: what was uploaded, each once; without a digest while it comes in and when nobody wants it
//   blobs: the keys, and the content that each of them stands for
//   chunks: the bytes, in pieces of kChunkBytes (the last one may be shorter), numbered from zero
#pragma once

#include <cstddef>
#include <cstdint>

#include "storage/sqlite/schema.hpp"

namespace aesel::storage::sqlite {

const Schema& blob_schema();

using ContentId = std::int64_t;

/// Reading is equally fast from 256 KB on; writing gains a fifth up to 512 KB, and little beyond
/// (blob_bench).
inline constexpr std::size_t kChunkBytes = 512 * 1024;

/// The row of a chunk: numbers of one content are neighbours, and no index is needed to find one.
inline constexpr int kChunkNumberBits = 24;
constexpr std::int64_t chunk_row(ContentId content, std::uint64_t number) {
  return (content << kChunkNumberBits) + static_cast<std::int64_t>(number);
}

/// What fits below kChunkNumberBits: eight terabytes.
inline constexpr std::uint64_t kBlobBytesMax = (std::uint64_t{1} << kChunkNumberBits) * kChunkBytes;

}  // namespace aesel::storage::sqlite
