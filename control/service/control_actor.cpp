// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/control_actor.hpp"

#include "control/answers/system_json.hpp"
#include "control/rpc/rights.hpp"
#include "control/service/calls/rpc_errors.hpp"
#include "control/service/calls/run_name.hpp"

#include <unistd.h>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

namespace lockstep {

namespace {

using question = shared_questions::question;

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

template <class Value>
std::optional<Value> member_of(const json& params, const char* name) {
  return params.contains(name) ? std::optional{params.at(name).get<Value>()} : std::nullopt;
}

/// Whether a range is named by steps and by seconds too.
bool are_two_ranges(const json& params) {
  return (params.contains("from") || params.contains("to")) &&
         (params.contains("from_seconds") || params.contains("to_seconds"));
}

rpc_error two_ranges() {
  return make_rpc_error(rpc_code::invalid_params,
                        "A range is named by steps or by seconds, not by both.",
                        "Leave out from and to, or from_seconds and to_seconds.");
}

timeline_wish timeline_of(run_id run, const json& params) {
  return {run,
          member_of<std::uint64_t>(params, "from"),
          member_of<std::uint64_t>(params, "to"),
          member_of<double>(params, "from_seconds"),
          member_of<double>(params, "to_seconds"),
          params.at("columns").get<std::size_t>(),
          params.at("rows") == "node"};
}

} // namespace

control_actor_state::control_actor_state(self_pointer self, controller_actor controller,
                                         text_actor text, answer_sink& sink, audit_log& audit,
                                         head_facts facts)
    : self_(self), controller_(std::move(controller)), facts_(std::move(facts)),
      answers_(sink, audit), watch_(self, controller_),
      purpose_(self, controller_, audit, watch_, facts_.until_unneeded),
      subscriptions_(answers_, watch_), questions_(self, controller_, answers_),
      long_answers_(self, answers_),
      history_(self, controller_, std::move(text), answers_, long_answers_, purpose_),
      logs_(self, controller_, answers_, long_answers_, facts_.output, facts_.plan_outputs),
      look_ups_(self, controller_, facts_.search_path), models_(self, answers_, look_ups_),
      starts_(self, controller_, answers_, purpose_, history_, look_ups_) {}

control_actor::behavior_type control_actor_state::make_behavior() {
  purpose_.begin();
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
      [this](const connection_closed& x) { drop(x.connection); },
      [this](starter_left) { return wanted_runs{purpose_.leave()}; },
      [this](const event& happened) {
        subscriptions_.tell(happened);
        if (std::holds_alternative<events::run_finished>(happened.what))
          purpose_.over(happened.run);
      },
      [this](check_purpose) { purpose_.look_again(); },
  };
}

void control_actor_state::call(const caller& who, method_id method, json& params) {
  const auto number = [&params](const char* key) { return params.value(key, std::uint64_t{0}); };
  switch (method) {
  case method_id::rpc_discover:
  case method_id::session_authenticate:
    return; // the session's and the server's own
  case method_id::system_describe:
    return describe_system(who);
  case method_id::system_terminate:
    return terminate(who, params);
  case method_id::nodes_list:
    return questions_.ask(question::nodes, who);
  case method_id::nodes_drain:
    return drain(who, params.at("node").get<std::string>());
  case method_id::solvers_list:
  case method_id::solvers_status:
    return solver_status(who, params);
  case method_id::solvers_logs:
    return logs_.read(who, params);
  case method_id::models_list:
    return models_.list(who, params);
  case method_id::models_describe:
    return models_.describe(who, params);
  case method_id::runs_start:
    return starts_.start(who, params);
  case method_id::runs_list:
    return history_.list(who, {number("from"), number("count")});
  case method_id::runs_get:
  case method_id::runs_result:
  case method_id::runs_reports:
  case method_id::runs_steps:
  case method_id::runs_timeline:
  case method_id::runs_logs:
  case method_id::runs_waiting:
  case method_id::runs_pause:
  case method_id::runs_resume:
  case method_id::runs_cancel:
    return about_run(who, method, params);
  case method_id::events_subscribe:
    return subscriptions_.subscribe(who, params);
  case method_id::events_unsubscribe:
    return subscriptions_.unsubscribe(who, params);
  }
}

void control_actor_state::describe_system(const caller& who) {
  questions_.ask(question::system, who, [this](const caller& to, json result) {
    result["name"] = "lockstep";
    result["version"] = LOCKSTEP_VERSION;
    result["pid"] = ::getpid();
    result["started"] = facts_.started;
    result["started_by"] = facts_.started_by;
    result["control"] = facts_.address;
    result["cluster"] = facts_.cluster.empty() ? json() : json(facts_.cluster);
    result["limits"] = facts_.limits;
    answers_.answer(to, std::move(result));
  });
}

void control_actor_state::terminate(const caller& who, const json& params) {
  // Who asks must get the answer before anything stops.
  answers_.answer(who, {{"terminating", true}});
  if (params.value("when", "now") == "idle")
    look_ups_.end_when_idle();
  else
    caf_compat::send(self_, controller_, shut_down{false});
}

void control_actor_state::solver_status(const caller& who, const json& params) {
  if (!params.contains("solver"))
    return questions_.ask(question::solvers, who);
  const auto wanted = params.at("solver").get<std::uint64_t>();
  questions_.ask(question::solvers, who, [this, wanted](const caller& to, const json& result) {
    if (wanted >= result.size())
      return answers_.fail(to, make_rpc_error(rpc_code::no_such_solver,
                                              "There is no solver " + std::to_string(wanted) + ".",
                                              "There are " + std::to_string(result.size()) +
                                                  " solvers, counted from 0."));
    answers_.answer(to, json::array({result[wanted]}));
  });
}

template <class Order>
void control_actor_state::order(const caller& who, Order what) {
  caf_compat::request(self_, controller_, caf::infinite, std::move(what))
      .then(
          [this, who](const run_info& run) {
            answers_.note(who, json::object());
            history_.describe(who, run);
          },
          [this, who](const caf::error& why) { answers_.fail(who, to_rpc_error(why)); });
}

void control_actor_state::about_run(const caller& who, method_id method, const json& params) {
  const auto id = parse_run(params.at("run").get<std::string>());
  if (!id)
    return answers_.fail(who, not_a_run());
  const auto number = [&params](const char* key) { return params.value(key, std::uint64_t{0}); };
  switch (method) {
  case method_id::runs_result:
    return history_.read(who, get_result{*id}, std::chrono::milliseconds{number("wait_ms")});
  case method_id::runs_reports:
    return history_.read(who, list_reports{*id, number("from"), number("count")});
  case method_id::runs_steps:
    return history_.read(who, list_steps{*id, number("from"), number("count")});
  case method_id::runs_timeline:
    if (are_two_ranges(params))
      return answers_.fail(who, two_ranges());
    return history_.read(who, timeline_of(*id, params));
  case method_id::runs_logs:
    return logs_.read_plan(who, *id, params);
  case method_id::runs_waiting:
    return questions_.ask(question::waiting, who, nullptr, *id);
  case method_id::runs_pause:
    return order(who, pause_run{*id});
  case method_id::runs_resume:
    return order(who, resume_run{*id});
  case method_id::runs_cancel:
    return order(who, cancel_run{*id, grace_of(params), why_cancelled(params)});
  default:
    return history_.read(who, get_run{*id});
  }
}

void control_actor_state::drain(const caller& who, const std::string& node) {
  caf_compat::request(self_, controller_, caf::infinite, drain_node{node})
      .then([this, who](const node_info& leaving) { answers_.answer(who, to_json(leaving)); },
            [this, who](const caf::error& why) { answers_.fail(who, to_rpc_error(why)); });
}

void control_actor_state::drop(std::uint64_t connection) {
  long_answers_.drop(connection);
  logs_.drop(connection);
  models_.drop(connection);
  history_.drop(connection);
  subscriptions_.drop(connection);
  purpose_.closed(connection); // the last: it tells the controller what is still to be watched
}

} // namespace lockstep
