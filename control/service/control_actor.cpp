// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/control_actor.hpp"

#include "control/answers/event_json.hpp"
#include "control/answers/system_json.hpp"
#include "control/rpc/envelope.hpp"
#include "control/rpc/rights.hpp"
#include "control/service/rpc_errors.hpp"

#include "actors/wire/limits.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace lockstep {

namespace {

constexpr std::chrono::milliseconds controller_limit{10'000};

/// Subscriptions of all connections together, and of one.
constexpr std::size_t subscriptions_max = 10'000;
constexpr std::size_t connection_subscriptions_max = 100;

/// What the audit says of a call's params.
json details_of(const json& params) {
  json details = json::object();
  for (const auto* name : {"model", "search_path", "run", "node", "when", "solvers"})
    if (params.contains(name) && params.at(name) != 0) // 0 solvers are all, which is usual
      details[name] = params.at(name);
  return details;
}

/// Words of its own for people, not of the caller's.
std::string why_cancelled(const json& params) {
  return params.value("why", "request") == "time_limit" ? "its time limit was over"
                                                        : "a client asked for that";
}

/// None for the run's own.
std::optional<std::chrono::milliseconds> grace_of(const json& params) {
  if (!params.contains("grace_ms"))
    return std::nullopt;
  return std::chrono::milliseconds{params.at("grace_ms").get<std::int64_t>()};
}

} // namespace

std::optional<run_id> parse_run(const std::string& text) {
  run_id id;
  if (text.size() < 2 || text.front() != 'r')
    return std::nullopt;
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data() + 1, end, id.value);
  if (error != std::errc{} || stopped != end)
    return std::nullopt;
  return id;
}

control_actor_state::control_actor_state(self_pointer self, controller_actor controller,
                                         text_actor text, answer_sink& sink, audit_log& audit,
                                         head_facts facts)
    : self_(self), controller_(std::move(controller)), sink_(sink), audit_(audit),
      facts_(std::move(facts)), text_(std::move(text)),
      purpose_(facts_.until_unneeded ? purpose::for_starter : purpose::stays) {}

control_actor::behavior_type control_actor_state::make_behavior() {
  if (purpose_ != purpose::stays)
    watch_no_more_than_wanted(); // for the ends of runs
  return {
      [this](std::uint64_t connection, std::uint64_t token, std::uint8_t number, json& params,
             std::string& who, std::string& from) {
        const auto method = static_cast<method_id>(number);
        caller source{connection, token, nullptr};
        const auto& asked = find_method(method);
        if (asked.role > access_role::read || !params_that_name_files(asked, params).empty())
          source.note = std::make_shared<audit_note>(audit_note{
              find_method(method).name, std::move(who), std::move(from), details_of(params)});
        call(source, method, params);
      },
      [this](caf::close_atom, std::uint64_t connection) { connection_closed(connection); },
      [this](caf::leave_atom) {
        if (purpose_ == purpose::for_starter)
          purpose_ = purpose::for_others;
        end_if_unneeded();
        json runs = json::array();
        for (const auto run : claims_.wanted())
          runs.push_back(to_string(run));
        return document{std::move(runs)};
      },
      [this](const event& happened) {
        tell(happened);
        if (std::holds_alternative<events::run_finished>(happened.what)) {
          claims_.over(happened.run, run_claims::clock::now());
          end_if_unneeded();
        }
      },
      [this](caf::tick_atom) { end_if_unneeded(); },
  };
}

void control_actor_state::call(const caller& who, method_id method, json& params) {
  switch (method) {
  case method_id::rpc_discover:
  case method_id::session_authenticate:
    return; // the session's and the server's own
  case method_id::system_describe:
    return describe_system(who);
  case method_id::system_terminate:
    return terminate(who, params);
  case method_id::nodes_list:
    return ask_together(question::nodes, {who, nullptr});
  case method_id::nodes_drain:
    return drain(who, params.at("node").get<std::string>());
  case method_id::solvers_list:
  case method_id::solvers_status:
    return solver_status(who, params);
  case method_id::solvers_logs:
    if (!params.contains("solver"))
      return read_own_log(who, params);
    return read_log(who, params);
  case method_id::models_list:
    return list_models(who, params);
  case method_id::models_describe:
    return describe_model(who, params);
  case method_id::runs_start:
    return call_start(who, params);
  case method_id::runs_list:
    return call_list(who, params);
  case method_id::runs_get:
  case method_id::runs_result:
  case method_id::runs_reports:
  case method_id::runs_steps:
  case method_id::runs_logs:
  case method_id::runs_pause:
  case method_id::runs_resume:
  case method_id::runs_cancel:
    return about_run(who, method, params);
  case method_id::events_subscribe:
    return subscribe(who, params);
  case method_id::events_unsubscribe:
    return unsubscribe(who, params);
  }
}

/// In the audit, where the call changes something.
void control_actor_state::note(const caller& who, const json& more) const {
  if (!who.note)
    return;
  auto details = who.note->details;
  details.update(more);
  audit_.write(who.note->method, who.note->who, who.note->from, details);
}

void control_actor_state::answer(const caller& who, const json& result) {
  note(who, json::object());
  sink_.answer(who.connection, who.token, to_text(result));
}

void control_actor_state::fail(const caller& who, rpc_error error) {
  note(who, {{"error", error.message}});
  sink_.fail(who.connection, who.token, std::move(error));
  claims_.refused({who.connection, who.token}); // where it was to start a run
  end_if_unneeded();
}

void control_actor_state::describe_system(const caller& who) {
  ask_together(question::system, {who, [this](const caller& to, json result) {
                                    result["name"] = "lockstep";
                                    result["version"] = LOCKSTEP_VERSION;
                                    result["pid"] = ::getpid();
                                    result["started"] = facts_.started;
                                    result["started_by"] = facts_.started_by;
                                    result["control"] = facts_.address;
                                    result["cluster"] =
                                        facts_.cluster.empty() ? json() : json(facts_.cluster);
                                    result["limits"] = facts_.limits;
                                    answer(to, std::move(result));
                                  }});
}

void control_actor_state::terminate(const caller& who, const json& params) {
  // Who asks must get the answer before anything stops.
  answer(who, {{"terminating", true}});
  const bool when_idle = params.value("when", "now") == "idle";
  if (when_idle && look_ups_ > 0)
    ends_when_idle_ = true; // runs that were asked for earlier come first
  else
    caf_compat::send(self_, controller_, shut_down{when_idle});
}

void control_actor_state::solver_status(const caller& who, const json& params) {
  if (!params.contains("solver"))
    return ask_together(question::solvers, {who, nullptr});
  const auto wanted = params.at("solver").get<std::uint64_t>();
  ask_together(question::solvers,
               {who, [this, wanted](const caller& to, const json& result) {
                  if (wanted >= result.size())
                    return fail(to,
                                make_rpc_error(rpc_code::no_such_solver,
                                               "There is no solver " + std::to_string(wanted) + ".",
                                               "There are " + std::to_string(result.size()) +
                                                   " solvers, counted from 0."));
                  answer(to, json::array({result[wanted]}));
                }});
}

template <class Order>
void control_actor_state::order(const caller& who, Order what) {
  caf_compat::request(self_, controller_, caf::infinite, std::move(what))
      .then(
          [this, who](const run_info& run) {
            note(who, json::object());
            describe_run(who, run);
          },
          [this, who](const caf::error& why) { fail(who, to_rpc_error(why)); });
}

void control_actor_state::about_run(const caller& who, method_id method, const json& params) {
  const auto id = parse_run(params.at("run").get<std::string>());
  if (!id)
    return fail(who, make_rpc_error(rpc_code::no_such_run, "There is no such run.",
                                    "A run is named as in \"r17\"; runs.list lists them."));
  const auto number = [&params](const char* key) { return params.value(key, std::uint64_t{0}); };
  switch (method) {
  case method_id::runs_result:
    return read({who, get_result{*id}, std::chrono::milliseconds{number("wait_ms")}});
  case method_id::runs_reports:
    return read({who, list_reports{*id, number("from"), number("count")}});
  case method_id::runs_steps:
    return read({who, list_steps{*id, number("from"), number("count")}});
  case method_id::runs_logs:
    return read_plan_log(who, *id, params);
  case method_id::runs_pause:
    return order(who, pause_run{*id});
  case method_id::runs_resume:
    return order(who, resume_run{*id});
  case method_id::runs_cancel:
    return order(who, cancel_run{*id, grace_of(params), why_cancelled(params)});
  default:
    return read({who, get_run{*id}});
  }
}

void control_actor_state::drain(const caller& who, const std::string& node) {
  caf_compat::request(self_, controller_, caf::infinite, drain_node{node})
      .then([this, who](const node_info& leaving) { answer(who, to_json(leaving)); },
            [this, who](const caf::error& why) { fail(who, to_rpc_error(why)); });
}

bool control_actor_state::subscription::wants(run_id of, std::string_view kind) const {
  return (!run || *run == of) && (kinds.empty() || kinds.contains(kind));
}

bool control_actor_state::subscription::wants_steps() const {
  return kinds.empty() || std::ranges::any_of(kinds, is_of_a_step);
}

void control_actor_state::subscribe(const caller& who, const json& params) {
  if (subscriptions_.size() >= subscriptions_max)
    return fail(who, make_rpc_error(rpc_code::limit_exceeded, "There are too many subscriptions."));
  if (subscriptions_of(who.connection) >= connection_subscriptions_max)
    return fail(who, make_rpc_error(rpc_code::limit_exceeded,
                                    "A connection may have at most this many subscriptions: " +
                                        std::to_string(connection_subscriptions_max) + ".",
                                    "One subscription may be to all runs and all kinds."));
  if (!sink_.is_open(who.connection))
    return; // it has gone meanwhile, and would never be told so again
  subscription wanted;
  if (params.contains("run")) {
    wanted.run = parse_run(params.at("run").get<std::string>());
    if (!wanted.run)
      return fail(who, make_rpc_error(rpc_code::no_such_run, "There is no such run.",
                                      "A run is named as in \"r17\"; runs.list lists them."));
  }
  if (params.contains("kinds"))
    for (const auto& kind : params.at("kinds"))
      wanted.kinds.insert(kind.get<std::string>());
  const auto number = ++last_subscription_;
  subscriptions_[{who.connection, number}] = std::move(wanted);
  // Answered once events do come, so that nothing that is started after the answer is missed.
  watched_ = wanted_of_events();
  caf_compat::request(
      self_, controller_, controller_limit,
      watch_events{caf::actor_cast<observer_actor>(control_actor{self_}), watched_ == wish::steps})
      .then(
          [this, who, number] {
            answer(who, {{"subscription", number}});
          },
          [this, who](const caf::error& why) { fail(who, to_rpc_error(why)); });
}

void control_actor_state::unsubscribe(const caller& who, const json& params) {
  const auto found =
      subscriptions_.find({who.connection, params.at("subscription").get<std::uint64_t>()});
  if (found == subscriptions_.end())
    return fail(who, make_rpc_error(rpc_code::no_such_subscription,
                                    "This connection has no such subscription."));
  subscriptions_.erase(found);
  watch_no_more_than_wanted();
  answer(who, json::object());
}

void control_actor_state::connection_closed(std::uint64_t connection) {
  long_answers_.waiting.drop(connection);
  logs_.waiting.drop(connection);
  looks_.waiting.drop(connection);
  waits_.drop(connection);
  wake_for_waits();
  for (const auto run : claims_.closed(connection))
    cancel_abandoned(run);
  subscriptions_.erase(subscriptions_.lower_bound({connection, 0}),
                       subscriptions_.lower_bound({connection + 1, 0}));
  end_if_unneeded();
}

std::size_t control_actor_state::subscriptions_of(std::uint64_t connection) const {
  return static_cast<std::size_t>(std::distance(subscriptions_.lower_bound({connection, 0}),
                                                subscriptions_.lower_bound({connection + 1, 0})));
}

control_actor_state::wish control_actor_state::wanted_of_events() {
  if (std::ranges::any_of(subscriptions_,
                          [](const auto& entry) { return entry.second.wants_steps(); }))
    return wish::steps;
  const bool ends_of_runs = purpose_ != purpose::stays || claims_.has_any(run_claims::clock::now());
  return subscriptions_.empty() && !ends_of_runs ? wish::nothing : wish::events;
}

void control_actor_state::watch_no_more_than_wanted() {
  const auto wanted = wanted_of_events();
  if (wanted == watched_)
    return;
  watched_ = wanted;
  const auto observer = caf::actor_cast<observer_actor>(control_actor{self_});
  if (wanted == wish::nothing)
    caf_compat::send(self_, controller_, unwatch_events{observer});
  else
    caf_compat::send(self_, controller_, watch_events{observer, wanted == wish::steps});
}

void control_actor_state::tell(const event& happened) {
  const auto kind = kind_of(happened);
  std::string rest; // serialised for the first who wants it, shared by all
  for (const auto& [whose, wanted] : subscriptions_) {
    if (!wanted.wants(happened.run, kind))
      continue;
    if (rest.empty())
      rest = to_text(happened).substr(1) + '}';
    sink_.notify(whose.first, R"({"jsonrpc":"2.0","method":"event","params":{"subscription":)" +
                                  std::to_string(whose.second) + ',' + rest);
  }
}

} // namespace lockstep
