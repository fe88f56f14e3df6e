// SPDX-License-Identifier: BSD-3-Clause

#include "control/rpc/methods.hpp"

#include "control/rpc/schemas.hpp"
#include "control/rpc/text.hpp"

#include "platform/text/nearest_name.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lockstep {

namespace {

using type = param_type;
using role = access_role;

param_spec run_param() {
  return {"run", type::string, true, "The run's id, such as \"r17\"."};
}

param_spec from_param(std::string_view description) {
  return {"from", type::integer, false, description, 0};
}

param_spec count_param() {
  return {"count", type::integer, false, "The most to answer at once.", 1'000, 1, 10'000};
}

/// A list may end earlier than its count: it has a limit in bytes.
constexpr std::string_view for_more =
    "There may be more: ask again from the number after the last, "
    "until the list is empty.";
/// The number of a step counts from 1, so what was given ends there.
constexpr std::string_view for_more_steps =
    "There may be more: ask again from the number of the last, until the list is empty.";

param_spec model_param() {
  param_spec param{"model", type::string, true,
                   "The model's name; for admins also the path of its library, which holds a '/'."};
  param.reach = param_reach::library;
  return param;
}

param_spec search_path_param() {
  param_spec param{
      "search_path", type::string, false,
      "The caller's LOCKSTEP_PATH: folders, absolute, separated by ':', where models are "
      "looked for before the head's own. For admins who are the user of the head, on its "
      "machine."};
  param.reach = param_reach::folders;
  return param;
}

std::vector<method_spec> system_methods() {
  return {
      {method_id::rpc_discover,
       role::read,
       "rpc.discover",
       "Describes all methods: this document.",
       {},
       {"document", "An OpenRPC 1.2.6 document.", schemas::object()},
       {}},
      {method_id::system_describe,
       role::read,
       "system.describe",
       "Says what this system is and how busy it is.",
       {},
       {"system", "Version, process, address, counts of nodes, solvers and runs, limits.",
        schemas::system()},
       {}},
      {method_id::system_terminate,
       role::admin,
       "system.terminate",
       "Answers first, then stops solvers, nodes and head.",
       {{"when",
         type::string,
         false,
         "At once, or as soon as no run is queued or under way.",
         "now",
         0,
         0,
         {"now", "idle"}}},
       {"answer", "That the system terminates.", schemas::terminating()},
       {}},
  };
}

method_spec authenticate_method() {
  return {method_id::session_authenticate,
          role::none,
          "session.authenticate",
          "Gives this connection the role of a token; the first call where TLS is on.",
          {{"token", type::string, true, "The token, as `control token create` printed it."}},
          {"identity", "The role, and the token's id.", schemas::identity()},
          {rpc_code::unauthenticated}};
}

std::vector<method_spec> node_methods() {
  return {
      {method_id::nodes_list,
       role::read,
       "nodes.list",
       "Lists the nodes: one for each machine.",
       {},
       {"nodes", "One object for each node.", schemas::list_of(schemas::node())},
       {}},
      {method_id::nodes_drain,
       role::admin,
       "nodes.drain",
       "Lets a node go after the step under way; a run that it is part of fails then.",
       {{"node", type::string, true, "Its number or its name: \"n2\", \"alpha\"."}},
       {"node", "The node.", schemas::node()},
       {rpc_code::no_such_node, rpc_code::wrong_state}},
      {method_id::solvers_list,
       role::read,
       "solvers.list",
       "Lists the solvers and where each lives.",
       {},
       {"solvers", "One object for each solver.", schemas::list_of(schemas::solver())},
       {}},
      {method_id::solvers_status,
       role::read,
       "solvers.status",
       "Asks solvers what they are doing now; they answer even while they compute.",
       {{"solver", type::integer, false, "The solver's position; all solvers if left out."}},
       {"statuses", "One object for each solver asked.", schemas::list_of(schemas::status())},
       {rpc_code::no_such_solver, rpc_code::time_limit},
       "solver.status"},
      {method_id::solvers_logs,
       role::read,
       "solvers.logs",
       "Gives the newest of what a solver wrote to its standard output and error.",
       {{"solver", type::integer, false,
         "The solver's position; if left out, what plans, the head and its node printed."},
        {"bytes", type::integer, false, "The most to answer.", 65'536, 1, 1'048'576}},
       {"logs", "The text, and how many older bytes are no longer kept.", schemas::logs()},
       {rpc_code::no_such_solver, rpc_code::time_limit}},
  };
}

std::vector<method_spec> model_methods() {
  return {
      {method_id::models_list,
       role::read,
       "models.list",
       "Lists the models that can be run, and the files that were refused.",
       {search_path_param()},
       {"models", "Models by name; refused files with the reason; names that come a second time.",
        schemas::models()},
       {rpc_code::forbidden}},
      {method_id::models_describe,
       role::read,
       "models.describe",
       "Describes a model and its parameters.",
       {model_param(), search_path_param()},
       {"model", "The model, its file and its parameters.", schemas::model()},
       {rpc_code::no_such_model, rpc_code::model_refused, rpc_code::forbidden}},
  };
}

method_spec start_method() {
  return {method_id::runs_start,
          role::operate,
          "runs.start",
          "Queues a run of a model; it starts when those before it have started and its places are "
          "free.",
          {model_param(),
           {"parameters", type::object, false, "The model's parameters by name.", json::object()},
           {"solvers", type::integer, false, "How many solvers; 0 for all there are.", 0},
           {"solvers_per_node", type::integer, false,
            "At most so many on each node; 0 for as many as it has places.", 0},
           {"seed", type::integer, false, "The seed of all random numbers; drawn if left out.",
            nullptr, 0, INT64_MAX},
           {"cancel_grace_ms", type::integer, false,
            "Milliseconds that a cancelled step gets to return by itself."},
           {"push_models", type::boolean, false,
            "Send the model's library to machines that lack it; false if left out."},
           {"wait_for_nodes", type::boolean, false,
            "Let the run, and those behind it, wait until there are places for all its solvers; "
            "false if left out."},
           search_path_param(),
           {"end_with_connection", type::boolean, false,
            "Cancel the run when this connection ends before it; false if left out."}},
          {"run", "The new run.", schemas::run()},
          {rpc_code::no_such_model, rpc_code::bad_parameter, rpc_code::model_refused,
           rpc_code::no_solvers, rpc_code::shutting_down, rpc_code::limit_exceeded,
           rpc_code::forbidden}};
}

method_spec timeline_method() {
  return {
      method_id::runs_timeline,
      role::read,
      "runs.timeline",
      "Tells where the time of a run's finished steps went: what each solver computed and "
      "waited.",
      {run_param(),
       {"from", type::integer, false, "The number of the first step.", nullptr, 1, INT64_MAX},
       {"to", type::integer, false, "The number of the last step.", nullptr, 1, INT64_MAX},
       {"from_seconds", type::number, false,
        "Instead of steps: from here on, counted from the start of the run's plan."},
       {"to_seconds", type::number, false, "Up to here, likewise."},
       {"columns", type::integer, false, "Into how many parts to divide that time.", 500, 1, 2'000},
       {"rows",
        type::string,
        false,
        "A row for each solver or each node; neighbours share one where they are over 256.",
        "solver",
        0,
        0,
        {"solver", "node"}}},
      {"timeline",
       "Shares of the time of each column, from 0 to 1: outside of steps, transfer and "
       "reduce, and of each row computed and waited.",
       schemas::timeline()},
      {rpc_code::no_such_run}};
}

std::vector<method_spec> run_query_methods() {
  return {
      {method_id::runs_list,
       role::read,
       "runs.list",
       "Lists the runs, the oldest first.",
       {from_param("The number of the first run wanted: 17 for \"r17\"."),
        {"count", type::integer, false, "The most to answer at once.", 10'000, 1, 10'000}},
       {"runs", for_more, schemas::list_of(schemas::run())},
       {}},
      {method_id::runs_get,
       role::read,
       "runs.get",
       "Describes one run.",
       {run_param()},
       {"run", "The run.", schemas::run()},
       {rpc_code::no_such_run}},
      {method_id::runs_result,
       role::read,
       "runs.result",
       "Gives what a run's plan returned, once it is over.",
       {run_param(),
        {"wait_ms", type::integer, false, "Milliseconds to wait for the end of the run.", 0}},
       {"outcome", "The state and the result; of a failed run the error.", schemas::outcome()},
       {rpc_code::no_such_run, rpc_code::not_finished}},
      {method_id::runs_reports,
       role::read,
       "runs.reports",
       "Gives what a run's plan has reported.",
       {run_param(), from_param("The number of the first report wanted."), count_param()},
       {"reports", for_more, schemas::list_of(schemas::report())},
       {rpc_code::no_such_run}},
      {method_id::runs_steps,
       role::read,
       "runs.steps",
       "Gives the figures of a run's finished steps.",
       {run_param(),
        from_param("How many of the first steps to leave out: 0 for those from number 1 on."),
        count_param()},
       {"steps", for_more_steps, schemas::list_of(schemas::step())},
       {rpc_code::no_such_run}},
      {method_id::runs_logs,
       role::read,
       "runs.logs",
       "Gives the newest of what a run's plan wrote to its standard output and error.",
       {run_param(), {"bytes", type::integer, false, "The most to answer.", 65'536, 1, 262'144}},
       {"logs", "The text, and how many older bytes are no longer kept.", schemas::plan_logs()},
       {rpc_code::no_such_run}},
      {method_id::runs_waiting,
       role::read,
       "runs.waiting",
       "Says why a run does not get on: whom the barrier of its step waits for, now.",
       {run_param()},
       {"waiting", "What it waits for, of a step under way also the solvers, and a sentence.",
        schemas::waiting()},
       {rpc_code::no_such_run}},
  };
}

std::vector<method_spec> run_control_methods() {
  return {
      {method_id::runs_pause,
       role::operate,
       "runs.pause",
       "Stops a run before its next step.",
       {run_param()},
       {"run", "The run.", schemas::run()},
       {rpc_code::no_such_run, rpc_code::wrong_state}},
      {method_id::runs_resume,
       role::operate,
       "runs.resume",
       "Lets a paused run go on.",
       {run_param()},
       {"run", "The run.", schemas::run()},
       {rpc_code::no_such_run, rpc_code::wrong_state}},
      {method_id::runs_cancel,
       role::operate,
       "runs.cancel",
       "Asks a run to stop; solvers that do not return in time are killed and replaced.",
       {run_param(),
        {"grace_ms", type::integer, false,
         "Milliseconds that the step gets to return by itself; the run's own if left out."},
        {"why",
         type::string,
         false,
         "What people are told of the reason.",
         "request",
         0,
         0,
         {"request", "time_limit"}}},
       {"run", "The run.", schemas::run()},
       {rpc_code::no_such_run, rpc_code::wrong_state}},
  };
}

std::vector<method_spec> event_methods() {
  return {
      {method_id::events_subscribe,
       role::read,
       "events.subscribe",
       "Sends this connection an \"event\" notification for each event, until it unsubscribes.",
       {{"run", type::string, false, "Only events of this run."},
        {"kinds", type::string_list, false, "Only events of these kinds; all if left out.", nullptr,
         0, 0, event_kinds()}},
       {"subscription", "The subscription's number.", schemas::subscription()},
       {rpc_code::no_such_run, rpc_code::limit_exceeded}},
      {method_id::events_unsubscribe,
       role::read,
       "events.unsubscribe",
       "Ends a subscription of this connection.",
       {{"subscription", type::integer, true, "The subscription's number.", nullptr, 0, INT64_MAX}},
       {"nothing", "An empty object.", schemas::object()},
       {rpc_code::no_such_subscription}},
  };
}

std::vector<method_spec> make_table() {
  std::vector<method_spec> table;
  const auto add = [&table](std::vector<method_spec> group) {
    std::ranges::move(group, std::back_inserter(table));
  };
  add(system_methods());
  add({authenticate_method()});
  add(node_methods());
  add(model_methods());
  add({start_method()});
  add(run_query_methods());
  add({timeline_method()});
  add(run_control_methods());
  add(event_methods());
  return table;
}

} // namespace

const std::vector<method_spec>& methods() {
  static const std::vector<method_spec> table = make_table();
  return table;
}

const method_spec* find_method(std::string_view name) {
  for (const auto& method : methods())
    if (method.name == name || (!name.empty() && method.alias == name))
      return &method;
  return nullptr;
}

const method_spec& find_method(method_id id) {
  return *std::ranges::find(methods(), id, &method_spec::id);
}

rpc_error unknown_method(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& method : methods())
    names.push_back(method.name);
  const auto nearest = nearest_name(name, names);
  std::string message = "There is no method " + in_quotes(name) + ".";
  if (!nearest.empty())
    message += " Did you mean " + in_quotes(nearest) + "?";
  return make_rpc_error(rpc_code::method_not_found, std::move(message),
                        "rpc.discover lists all methods.");
}

const std::vector<std::string_view>& event_kinds() {
  static const std::vector<std::string_view> kinds{
      "run_queued",    "run_started",     "run_state", "run_finished", "step_started",
      "step_finished", "solver_answered", "progress",  "report",       "log",
      "node_up",       "node_draining",   "node_down", "worker_up",    "worker_down"};
  return kinds;
}

} // namespace lockstep
