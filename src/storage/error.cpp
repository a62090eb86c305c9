// The error category of storage: one sentence per code, for logs and for people.
#include "storage/error.hpp"

#include <string>

namespace aesel::storage {
namespace {

class StorageCategory final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "aesel.storage"; }

  std::string message(int value) const override {
    switch (static_cast<Errc>(value)) {
      case Errc::kNotFound:
        return "there is no such document";
      case Errc::kExists:
        return "a document with that key is there already";
      case Errc::kFull:
        return "the disk or quota of the store is full";
      case Errc::kUnavailable:
        return "the store cannot be reached or is busy";
      case Errc::kCorrupt:
        return "the stored data cannot be understood";
      case Errc::kInUse:
        return "another process has this store open";
      case Errc::kTooNew:
        return "the store was written by a newer version of this program";
      case Errc::kInvalid:
        return "the store was asked for something impossible";
    }
    return "unknown storage error " + std::to_string(value);
  }
};

}  // namespace

boost::system::error_code make_error_code(Errc code) {
  static const StorageCategory category;
  return {static_cast<int>(code), category};
}

}  // namespace aesel::storage
