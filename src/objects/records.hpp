// Records: the transactions on one kind of record: create, update, get, delete, query, actions and keyframes.
// The order of every change: checked, stored, live, published, answered.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "objects/change_events.hpp"
#include "objects/objects_options.hpp"
#include "objects/shelf.hpp"
#include "objects/verdict.hpp"

namespace aesel::objects {

/// An answer, ready to be sent as application/json.
struct Reply {
  int status = 200;
  std::string body;
};

/// Where an action is. The texts outlive the call.
struct ActionPath {
  std::string_view key;
  std::string_view action;
};

/// Where a keyframe is; the frame is as it stood in the request's path.
struct FramePath {
  std::string_view key;
  std::string_view action;
  std::string_view frame;
};

/// One change of one record. `check` says whether it is possible, `apply` does it and must not fail: it runs
/// first on the copy that is stored, and then on the live record, which events may have changed meanwhile.
/// `announce` publishes it. The last two may be empty.
template <class Record>
struct Step {
  std::function<Verdict(const Record&)> check;
  std::function<void(Record&)> apply;
  std::function<void(const Record&)> announce;
};

/// Thread: that of the tables. Views given to a Task must live until it completes. Statuses: contract_objects
/// 1.9, the recommended matrix.
template <class Record>
class Records {
 public:
  using Kind = Family<Record>;
  using Entry = typename LiveTable<Record>::Entry;

  struct Parts {
    Shelf<Record>& shelf;
    storage::DocumentStore& store;
    ChangeEvents& events;
    KeyGenerator& keys;
    const Clock& clock;
    const ObjectsOptions& options;
  };
  explicit Records(const Parts& parts) : parts_(parts) {}

  Task<Reply> create(std::string_view body);
  Task<Reply> update(std::string_view key, std::string_view body);
  Reply get(std::string_view key);
  Task<Reply> remove(std::string_view key);
  Reply query(std::string_view body);

  Task<Reply> create_action(std::string_view key, std::string_view body);
  Task<Reply> update_action(ActionPath path, std::string_view body);
  Task<Reply> delete_action(ActionPath path);
  Task<Reply> create_keyframe(ActionPath path, std::string_view body);
  Task<Reply> update_keyframe(FramePath path, std::string_view body);
  Task<Reply> delete_keyframe(FramePath path);

  /// All steps or none, in one write; 404 if there is no such record.
  Task<Verdict> mutate(std::string_view key, const std::vector<Step<Record>>& steps);
  /// An answer without records.
  static Reply answer(MessageType type, const Verdict& verdict, std::string_view transaction_id = {});

 private:
  Task<Verdict> store_new(const std::vector<Record>& records);
  Task<Verdict> store_change(Entry& entry, const Record& changed);
  bool has_room(std::size_t more) const;
  /// Nothing if it would take too long.
  std::optional<std::vector<const Entry*>> matches(const ListRequest<typename Kind::Patch>& request) const;
  void publish(MessageType type, const Record& record, std::vector<typename Kind::Content> actions,
               std::string_view scene);

  Parts parts_;
  std::size_t being_created_ = 0;
};

extern template class Records<Object>;
extern template class Records<Property>;

}  // namespace aesel::objects
