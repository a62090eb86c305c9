// Stores that fail on purpose, for the tests of those who use stores. A FaultPlan says which calls fail;
// every call of every store that shares the plan counts as one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "storage/blob_store.hpp"
#include "storage/document_store.hpp"
#include "storage/error.hpp"
#include "storage/graph_store.hpp"

namespace aesel::storage::testing {

/// One thread. Has to outlive the stores.
class FaultPlan {
 public:
  enum class Moment {
    kBefore,  // the store never hears of the call
    kAfter,   // the call is done, and its success is lost on the way back
  };

  void fail_none() {
    next_ = [] { return false; };
  }
  void fail_all(Errc code) {
    set(code, [] { return true; });
  }
  /// The n-th call from now on, 1 being the next one; the others succeed.
  void fail_nth(std::uint64_t n, Errc code) {
    set(code, [n]() mutable { return n > 0 && --n == 0; });
  }
  /// Each call with this chance (0 to 1); the same seed fails the same calls.
  void fail_fraction(std::uint64_t seed, double chance, Errc code) {
    set(code, [random = std::mt19937_64(seed), coin = std::bernoulli_distribution(chance)]() mutable {
      return coin(random);
    });
  }
  void set_moment(Moment moment) { moment_ = moment; }

  std::uint64_t calls() const { return calls_; }
  std::uint64_t failures() const { return failures_; }

  /// For the stores: does this call fail, and how?
  struct Fault {
    Errc code = Errc::kUnavailable;
    Moment moment = Moment::kBefore;
  };
  std::optional<Fault> next() {
    ++calls_;
    if (!next_()) return std::nullopt;
    ++failures_;
    return Fault{code_, moment_};
  }

 private:
  void set(Errc code, std::function<bool()> next) {
    code_ = code;
    next_ = std::move(next);
  }

  std::function<bool()> next_ = [] { return false; };
  Errc code_ = Errc::kUnavailable;
  Moment moment_ = Moment::kBefore;
  std::uint64_t calls_ = 0;
  std::uint64_t failures_ = 0;
};

namespace fault_detail {

using Moment = FaultPlan::Moment;

template <class T>
Task<Result<T>> pass(FaultPlan& plan, Task<Result<T>> call) {
  const std::optional<FaultPlan::Fault> fault = plan.next();
  if (fault && fault->moment == Moment::kBefore) co_return make_error_code(fault->code);
  Result<T> result = co_await std::move(call);
  if (fault) co_return make_error_code(fault->code);
  co_return result;
}

template <class Call>
auto pass_blocking(FaultPlan& plan, Call call) -> decltype(call()) {
  const std::optional<FaultPlan::Fault> fault = plan.next();
  if (fault && fault->moment == Moment::kBefore) return make_error_code(fault->code);
  auto result = call();
  if (fault) return make_error_code(fault->code);
  return result;
}

}  // namespace fault_detail

class FaultDocumentStore final : public DocumentStore {
 public:
  FaultDocumentStore(DocumentStore& inner, FaultPlan& plan) : inner_(inner), plan_(plan) {}

  Result<void> open_collection(const Collection& collection) override {
    return fault_detail::pass_blocking(plan_, [&] { return inner_.open_collection(collection); });
  }
  Task<Result<Document>> get(std::string collection, std::string key) override {
    return fault_detail::pass(plan_, inner_.get(std::move(collection), std::move(key)));
  }
  Task<Result<std::vector<Document>>> find(std::string collection, Query query) override {
    return fault_detail::pass(plan_, inner_.find(std::move(collection), std::move(query)));
  }
  Task<Result<std::uint64_t>> count(std::string collection, Query query) override {
    return fault_detail::pass(plan_, inner_.count(std::move(collection), std::move(query)));
  }
  Task<Result<void>> write(std::vector<Write> writes) override {
    return fault_detail::pass(plan_, inner_.write(std::move(writes)));
  }
  Result<void> scan(const std::string& collection,
                    const std::function<bool(const DocumentView&)>& visit) override {
    return fault_detail::pass_blocking(plan_, [&] { return inner_.scan(collection, visit); });
  }
  Task<Result<void>> check() override { return fault_detail::pass(plan_, inner_.check()); }

 private:
  DocumentStore& inner_;
  FaultPlan& plan_;
};

class FaultGraphStore final : public GraphStore {
 public:
  FaultGraphStore(GraphStore& inner, FaultPlan& plan) : inner_(inner), plan_(plan) {}

  Result<GraphContents> load() override {
    return fault_detail::pass_blocking(plan_, [&] { return inner_.load(); });
  }
  Task<Result<void>> apply(std::vector<GraphChange> changes) override {
    return fault_detail::pass(plan_, inner_.apply(std::move(changes)));
  }
  Task<Result<void>> check() override { return fault_detail::pass(plan_, inner_.check()); }

 private:
  GraphStore& inner_;
  FaultPlan& plan_;
};

/// Appending and finishing count as calls; beginning an upload does not.
class FaultBlobUpload final : public BlobUpload {
 public:
  FaultBlobUpload(std::unique_ptr<BlobUpload> inner, FaultPlan& plan)
      : inner_(std::move(inner)), plan_(plan) {}

  Task<Result<void>> append(std::string_view bytes) override {
    return fault_detail::pass(plan_, inner_->append(bytes));
  }
  Task<Result<Blob>> finish(std::string key) override {
    return fault_detail::pass(plan_, inner_->finish(std::move(key)));
  }

 private:
  std::unique_ptr<BlobUpload> inner_;
  FaultPlan& plan_;
};

class FaultBlobStore final : public BlobStore {
 public:
  FaultBlobStore(BlobStore& inner, FaultPlan& plan) : inner_(inner), plan_(plan) {}

  std::unique_ptr<BlobUpload> upload() override {
    return std::make_unique<FaultBlobUpload>(inner_.upload(), plan_);
  }
  Task<Result<Blob>> find(std::string key) override {
    return fault_detail::pass(plan_, inner_.find(std::move(key)));
  }
  Task<Result<std::size_t>> read(std::string key, std::uint64_t offset, std::span<char> into) override {
    return fault_detail::pass(plan_, inner_.read(std::move(key), offset, into));
  }
  Task<Result<void>> erase(std::vector<std::string> keys) override {
    return fault_detail::pass(plan_, inner_.erase(std::move(keys)));
  }
  Result<void> scan(const std::function<bool(const Blob&)>& visit) override {
    return fault_detail::pass_blocking(plan_, [&] { return inner_.scan(visit); });
  }
  Task<Result<void>> check() override { return fault_detail::pass(plan_, inner_.check()); }

 private:
  BlobStore& inner_;
  FaultPlan& plan_;
};

}  // namespace aesel::storage::testing
