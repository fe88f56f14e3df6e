// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/event_subscriptions.hpp"

#include "control/answers/event_json.hpp"
#include "control/service/calls/rpc_errors.hpp"
#include "control/service/calls/run_name.hpp"

#include <algorithm>
#include <iterator>

namespace lockstep {

namespace {

/// Subscriptions of all connections together, and of one.
constexpr std::size_t subscriptions_max = 10'000;
constexpr std::size_t connection_subscriptions_max = 100;

} // namespace

event_subscriptions::event_subscriptions(call_answers& answers, event_watch& watch)
    : answers_(answers), watch_(watch) {}

bool event_subscriptions::subscription::wants(run_id of, std::string_view kind) const {
  return (!run || *run == of) && (kinds.empty() || kinds.contains(kind));
}

bool event_subscriptions::subscription::wants_steps() const {
  return kinds.empty() || std::ranges::any_of(kinds, is_of_a_step);
}

void event_subscriptions::subscribe(const caller& who, const json& params) {
  if (auto wrong = too_many(who.connection))
    return answers_.fail(who, *std::move(wrong));
  if (!answers_.is_open(who.connection))
    return;
  subscription wanted;
  if (params.contains("run")) {
    wanted.run = parse_run(params.at("run").get<std::string>());
    if (!wanted.run)
      return answers_.fail(who, not_a_run());
  }
  if (params.contains("kinds"))
    for (const auto& kind : params.at("kinds"))
      wanted.kinds.insert(kind.get<std::string>());
  const auto number = ++last_;
  subscriptions_[{who.connection, number}] = std::move(wanted);
  note_what_is_wanted();
  // Answered once events do come, so that nothing that is started after the answer is missed.
  watch_.renew(
      [this, who, number] {
        answers_.answer(who, {{"subscription", number}});
      },
      [this, who](const caf::error& why) { answers_.fail(who, to_rpc_error(why)); });
}

std::optional<rpc_error> event_subscriptions::too_many(std::uint64_t connection) const {
  if (subscriptions_.size() >= subscriptions_max)
    return make_rpc_error(rpc_code::limit_exceeded, "There are too many subscriptions.");
  const auto its = std::distance(subscriptions_.lower_bound({connection, 0}),
                                 subscriptions_.lower_bound({connection + 1, 0}));
  if (static_cast<std::size_t>(its) >= connection_subscriptions_max)
    return make_rpc_error(rpc_code::limit_exceeded,
                          "A connection may have at most this many subscriptions: " +
                              std::to_string(connection_subscriptions_max) + ".",
                          "One subscription may be to all runs and all kinds.");
  return std::nullopt;
}

void event_subscriptions::unsubscribe(const caller& who, const json& params) {
  const auto found =
      subscriptions_.find({who.connection, params.at("subscription").get<std::uint64_t>()});
  if (found == subscriptions_.end())
    return answers_.fail(who, make_rpc_error(rpc_code::no_such_subscription,
                                             "This connection has no such subscription."));
  subscriptions_.erase(found);
  note_what_is_wanted();
  watch_.settle();
  answers_.answer(who, json::object());
}

void event_subscriptions::drop(std::uint64_t connection) {
  subscriptions_.erase(subscriptions_.lower_bound({connection, 0}),
                       subscriptions_.lower_bound({connection + 1, 0}));
  note_what_is_wanted();
}

void event_subscriptions::note_what_is_wanted() {
  using wish = event_watch::wish;
  if (subscriptions_.empty())
    return watch_.for_subscriptions(wish::nothing);
  const bool steps = std::ranges::any_of(
      subscriptions_, [](const auto& entry) { return entry.second.wants_steps(); });
  watch_.for_subscriptions(steps ? wish::steps : wish::events);
}

void event_subscriptions::tell(const event& happened) {
  const auto kind = kind_of(happened);
  std::string rest; // serialised for the first who wants it, shared by all
  for (const auto& [whose, wanted] : subscriptions_) {
    if (!wanted.wants(happened.run, kind))
      continue;
    if (rest.empty())
      rest = to_text(happened).substr(1) + '}';
    answers_.notify(whose.first, R"({"jsonrpc":"2.0","method":"event","params":{"subscription":)" +
                                     std::to_string(whose.second) + ',' + rest);
  }
}

} // namespace lockstep
