// commit: a write to the store that never throws, whatever becomes of the coroutine that asked for it.
#pragma once

#include <vector>

#include "base/task.hpp"
#include "storage/document_store.hpp"

namespace aesel::objects {

/// Errors: those of DocumentStore::write; kUnavailable when it threw, in which case the end is unknown.
Task<Result<void>> commit(storage::DocumentStore& store, std::vector<storage::Write> writes);

}  // namespace aesel::objects
