// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/service/calls/call_answers.hpp"
#include "control/service/calls/event_watch.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace lockstep {

/// Who wants to be told which events, and the telling.
///
/// A member of the control actor's state, for its thread. It must live as long as the actor: what
/// the controller answers comes back to it.
class event_subscriptions {
public:
  /// Both must outlive it.
  event_subscriptions(call_answers& answers, event_watch& watch);
  event_subscriptions(const event_subscriptions&) = delete;
  event_subscriptions& operator=(const event_subscriptions&) = delete;

  void subscribe(const caller& who, const json& params);
  void unsubscribe(const caller& who, const json& params);

  /// Forgets those of a connection that is gone. The watch is settled by whoever says so.
  void drop(std::uint64_t connection);

  void tell(const event& happened);

private:
  struct subscription {
    std::optional<run_id> run;
    std::set<std::string, std::less<>> kinds; ///< all if empty
    [[nodiscard]] bool wants(run_id of, std::string_view kind) const;
    [[nodiscard]] bool wants_steps() const;
  };
  using name = std::pair<std::uint64_t, std::uint64_t>; ///< connection, number

  [[nodiscard]] std::optional<rpc_error> too_many(std::uint64_t connection) const;
  void note_what_is_wanted();

  call_answers& answers_;
  event_watch& watch_;
  std::map<name, subscription> subscriptions_;
  std::uint64_t last_ = 0;
};

} // namespace lockstep
