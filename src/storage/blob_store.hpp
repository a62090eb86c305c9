// BlobStore: keeps byte sequences of any size under keys. What is under a key never changes. Equal content is
// kept once, however many keys have it.
//
// An upload is nowhere until it is finished; a process that dies in the middle leaves nothing that can be
// found, and what it had written is removed at the latest after the store was opened again.
//
// Thread: every Task may be started on any executor and resumes there; implementations do their blocking work
// elsewhere. No call keeps a whole blob in memory (but the memory store, which keeps all of them).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"

namespace aesel::storage {

struct Blob {
  std::string key;
  std::uint64_t bytes = 0;
  std::string sha256;  // of the content, 64 lower-case hex digits

  friend bool operator==(const Blob&, const Blob&) = default;
};

/// A blob on its way in. One call at a time: an append has ended before the next one begins, which is what
/// slows a fast sender down to the store's pace. Destroying it before finish() succeeded throws it away; the
/// store may be gone by then.
class BlobUpload {
 public:
  virtual ~BlobUpload() = default;
  /// `bytes` must live until the Task ends; pieces may have any size. Errors: kFull, kUnavailable (also when
  /// too many uploads are under way); after one, only destroying is left.
  virtual Task<Result<void>> append(std::string_view bytes) = 0;
  /// Durable on success, and only then under its key. Errors: kExists when the key is taken, kInvalid when it
  /// is empty, kFull, kUnavailable. Called once, after which only destroying is left.
  virtual Task<Result<Blob>> finish(std::string key) = 0;
};

/// Abstract store. Owned by the app; outlives the services that refer to it.
class BlobStore {
 public:
  virtual ~BlobStore() = default;

  virtual std::unique_ptr<BlobUpload> upload() = 0;

  /// Errors: kNotFound, and those of every call (kUnavailable, kCorrupt).
  virtual Task<Result<Blob>> find(std::string key) = 0;
  /// Fills `into` from the blob's bytes at `offset`, and says how many: fewer than asked only at the end of
  /// the blob, 0 at or beyond it. `into` must live until the Task ends. Errors: kNotFound.
  virtual Task<Result<std::size_t>> read(std::string key, std::uint64_t offset, std::span<char> into) = 0;
  /// Silently nothing for a key that is not there; all or none. Content that no key has any more cannot be
  /// found by anybody from then on, durably, and its space is used again soon.
  virtual Task<Result<void>> erase(std::vector<std::string> keys) = 0;

  /// Visits every blob in order of keys, on the calling thread, before service starts. Blocks. `visit`
  /// returns false to stop.
  virtual Result<void> scan(const std::function<bool(const Blob&)>& visit) = 0;

  /// Is the store able to answer and to write now? For /ready.
  virtual Task<Result<void>> check() = 0;
};

/// Keeps everything in memory, for tests and for `--storage memory`. Single-threaded.
std::unique_ptr<BlobStore> make_memory_blob_store();

}  // namespace aesel::storage
