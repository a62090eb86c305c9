// DocumentStore: keeps JSON documents in named collections. The services put thin typed repositories on top.
//
// A document has two parts. The `body` is a JSON object, searched by its string members, rewritten as a
// whole. The `state` is a small opaque blob that changes often (the transform of an object that is being
// moved) and is rewritten without touching the body.
//
// Thread: every Task may be started on any executor and resumes there; implementations do their blocking work
// elsewhere. A Task that returned success is durable (except in the memory store): it survives kill -9 and
// loss of power as far as the disk tells the truth. Concurrent writes share one commit.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"

namespace aesel::storage {

struct Document {
  std::string key;    // unique in its collection, not empty
  std::string body;   // a JSON object, compact, UTF-8
  std::string state;  // raw bytes, at most a few hundred; may be empty

  friend bool operator==(const Document&, const Document&) = default;
};

/// What a collection is called and which string members of the body are worth an index. Every member can be
/// searched; the listed ones quickly.
struct Collection {
  std::string name;                  // [a-z_]+
  std::vector<std::string> indexed;  // top-level members of the body
};

enum class Order { kCreation, kKey };

/// A conjunction: every condition must hold. Empty: everything matches. An empty list of texts or keys
/// matches nothing; what is in a list twice counts once.
struct Query {
  std::vector<std::pair<std::string, std::string>> equals;    // body.member == text
  std::vector<std::pair<std::string, std::string>> contains;  // body.member is an array that holds text
  std::vector<std::pair<std::string, std::vector<std::string>>> one_of;  // body.member == any of the texts
  std::optional<std::vector<std::string>> keys;                          // the key is one of these
  Order order = Order::kCreation;
  std::uint64_t skip = 0;
  std::uint64_t limit = UINT64_MAX;
};

/// One change. A list of them is applied in order, all or none.
struct Write {
  enum class Kind {
    kInsert,    // body and state; kExists if the key is there
    kPut,       // body and state, whether the key is there or not; creation order is kept
    kReplace,   // body only, the state stays; kNotFound if the key is not there
    kSetState,  // state only; silently nothing if the key is not there
    kErase,     // silently nothing if the key is not there
  };
  Kind kind = Kind::kPut;
  std::string collection;
  Document document;  // kErase: key only; kSetState: key and state; kReplace: key and body
};

/// Abstract store. Owned by the app; outlives the services that refer to it.
class DocumentStore {
 public:
  virtual ~DocumentStore() = default;

  /// Makes a collection usable; the same call again is free. Called before anything else uses it. Blocks.
  virtual Result<void> open_collection(const Collection& collection) = 0;

  /// Errors: kNotFound, and those of every call (kUnavailable, kFull, kCorrupt).
  virtual Task<Result<Document>> get(std::string collection, std::string key) = 0;
  virtual Task<Result<std::vector<Document>>> find(std::string collection, Query query) = 0;
  /// How many documents match; order, skip and limit do not matter.
  virtual Task<Result<std::uint64_t>> count(std::string collection, Query query) = 0;

  /// All or none, durable on success. Errors: kExists, kNotFound (nothing was changed), kFull, kUnavailable.
  virtual Task<Result<void>> write(std::vector<Write> writes) = 0;

  /// Visits every document in creation order, on the calling thread, before service starts. Blocks. The views
  /// are valid during the call. `visit` returns false to stop.
  struct DocumentView {
    std::string_view key, body, state;
  };
  virtual Result<void> scan(const std::string& collection,
                            const std::function<bool(const DocumentView&)>& visit) = 0;

  /// Is the store able to answer and to write now? For /ready.
  virtual Task<Result<void>> check() = 0;
};

/// Keeps everything in memory, for tests and for `--storage memory`. Single-threaded.
std::unique_ptr<DocumentStore> make_memory_document_store();

}  // namespace aesel::storage
