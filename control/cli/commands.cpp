// SPDX-License-Identifier: BSD-3-Clause

#include "control/cli/commands.hpp"

#include "control/cli/pages.hpp"
#include "control/cli/run_result.hpp"
#include "control/client/connection.hpp"
#include "control/client/exit_code.hpp"
#include "control/client/head_search.hpp"
#include "control/client/reached_head.hpp"
#include "control/client/usage_error.hpp"
#include "control/models/model_parameters.hpp"
#include "control/models/model_paths.hpp"
#include "control/terminal/output.hpp"
#include "control/terminal/terminal.hpp"

#include "control/rpc/error.hpp"
#include "platform/output/standard_output.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>

namespace lockstep {

namespace {

/// "12.3 of 16.0 GiB"
std::string memory_text(const json& node) {
  const auto gibibytes = [&node](const char* member) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f",
                  node.at(member).get<double>() / static_cast<double>(1U << 30U));
    return std::string{text.data()};
  };
  return gibibytes("memory_available_bytes") + " of " + gibibytes("memory_bytes") + " GiB";
}

json ask(const client_options& options, const std::string& method, json params = json::object(),
         std::optional<std::chrono::milliseconds> limit = answer_limit) {
  return connect_to_head(options).call(method, std::move(params), limit);
}

/// How many bytes there have been in all.
std::uint64_t end_of_logs(const json& answer) {
  return answer.at("dropped_bytes").get<std::uint64_t>() +
         answer.at("text").get<std::string>().size();
}

/// What came behind the first `end` bytes.
json since(json answer, std::uint64_t end) {
  auto text = answer.at("text").get<std::string>();
  const auto fresh = std::min<std::uint64_t>(end_of_logs(answer) - end, text.size());
  answer["text"] = text.substr(text.size() - fresh);
  return answer;
}

/// "r1, r2"; null for none.
json listed(const json& words) {
  std::string text;
  for (const auto& each : words)
    text += (text.empty() ? "" : ", ") + each.get<std::string>();
  return text.empty() ? json() : json(text);
}

int show_waiting(const client_options& options, const std::string& run) {
  const auto answer = ask(options, "runs.waiting", {{"run", run}});
  auto text = row_of(answer.at("sentence").get<std::string>(), std::string::npos);
  auto longest = answer.value("longest", json::array());
  for (auto& one : longest) {
    if (one.at("name").is_string())
      one["node"] =
          one.at("node").get<std::string>() + " (" + one.at("name").get<std::string>() + ')';
    one["over_median"] = one.at("over_median") == true ? json("yes") : json();
  }
  if (!longest.empty())
    text += '\n' + table_here(longest, {{"solver", "solver"},
                                        {"node", "node"},
                                        {"core", "core"},
                                        {"state", "state"},
                                        {"done", "fraction", column::form::per_cent},
                                        {"seconds", "seconds", column::form::decimals},
                                        {"over median", "over_median"},
                                        {"note", "note", column::form::text}});
  if (const auto missing = answer.value("missing", json());
      missing.is_number_unsigned() && missing.get<std::size_t>() > longest.size())
    text += "\nand " + std::to_string(missing.get<std::size_t>() - longest.size()) + " more";
  return show(options, answer, text);
}

} // namespace

int show_status(const client_options& options, const std::string& run) {
  if (!run.empty())
    return show_waiting(options, run);
  return show_list(options, "solvers", ask(options, "solvers.status"),
                   {{"solver", "solver"},
                    {"node", "node"},
                    {"core", "core"},
                    {"pid", "pid"},
                    {"state", "state"},
                    {"run", "run"},
                    {"step", "step"},
                    {"number", "number"},
                    {"done", "fraction", column::form::per_cent},
                    {"seconds", "seconds", column::form::decimals},
                    {"note", "note", column::form::text},
                    {"answered in us", "answered_us", column::form::whole}});
}

int list_runs(const client_options& options) {
  auto link = connect_to_head(options);
  auto runs = all_runs(link);
  if (!options.json)
    for (auto& run : runs)
      run["nodes"] = listed(run.value("nodes", json::array())); // an older head tells none
  return show_list(options, "runs", runs,
                   {{"run", "run"},
                    {"model", "model", column::form::text},
                    {"state", "state"},
                    {"solvers", "solvers"},
                    {"nodes", "nodes"},
                    {"seed", "seed"},
                    {"steps", "steps"},
                    {"queued at", "queued_at"},
                    {"finished at", "finished_at"}});
}

int list_models(const client_options& options) {
  static_cast<void>(own_search_path()); // which is told before a head is asked
  auto head = reach_head_for_models(options);
  const auto answer = head.link.call("models.list", model_params(head.link), model_limit);
  if (options.json) {
    print(one_line(answer));
    return exit_code::done;
  }
  print(table_here(
      answer.at("models"),
      {{"model", "name"}, {"what it does", "summary", column::form::text}, {"library", "path"}}));
  for (const auto& one : answer.at("hidden"))
    print("hidden: " + one.at("name").get<std::string>() + " of " +
          one.at("path").get<std::string>() + ", behind that of " +
          (one.at("by").is_null() ? "the program itself" : one.at("by").get<std::string>()));
  for (const auto& one : answer.at("refused"))
    print("refused: " + one.at("path").get<std::string>() + " " + one.at("why").get<std::string>());
  return exit_code::done;
}

int describe_model(const client_options& options, const std::string& model) {
  check_model_names(model);
  auto head = reach_head_for_models(options);
  const auto answer = description_of_model(head.link, model);
  auto text = help_for(answer);
  if (!answer.at("path").is_null())
    text += "\nlibrary  " + answer.at("path").get<std::string>() + "\nsha256   " +
            answer.at("sha256").get<std::string>() + '\n';
  text.erase(text.find_last_not_of('\n') + 1);
  return show(options, answer, text);
}

int list_nodes(const client_options& options) {
  auto nodes = ask(options, "nodes.list");
  if (options.json)
    return show_list(options, "nodes", nodes, {});
  for (auto& node : nodes) {
    if (node.contains("memory_bytes"))
      node["memory"] = memory_text(node);
    auto& runs = node["runs"]; // whose solvers those that are hosted are
    for (auto& each : runs)
      each = each.at("run");
    runs = listed(runs);
  }
  return show_list(options, "nodes", nodes,
                   {{"node", "node"},
                    {"name", "name"},
                    {"host", "host", column::form::text},
                    {"pid", "pid"},
                    {"state", "state"},
                    {"solvers", "solvers"},
                    {"cores", "cores"},
                    {"load", "load", column::form::decimals},
                    {"free memory", "memory"},
                    {"round trip ms", "round_trip_ms", column::form::decimals},
                    {"clock offset ms", "clock_offset_ms", column::form::decimals},
                    {"version", "version"},
                    {"caf", "caf"},
                    {"hosted", "hosted"},
                    {"runs", "runs"}});
}

int drain_node(const client_options& options, const std::string& node) {
  const auto answer = ask(options, "nodes.drain", {{"node", node}});
  return show(options, answer, node + " is " + answer.at("state").get<std::string>());
}

int show_result_of(const client_options& options, const std::string& run, double wait_seconds,
                   const std::string& file) {
  const auto wait_ms = static_cast<std::int64_t>(wait_seconds * 1e3);
  json ended;
  try {
    ended = ask(options, "runs.result", {{"run", run}, {"wait_ms", wait_ms}}, std::nullopt);
  } catch (const call_failed& why) {
    if (why.code != rpc_code::not_finished || wait_ms == 0)
      throw;
    std::ostringstream text;
    text << "run " << run << " is not over after " << wait_seconds << " s";
    throw command_ended(exit_code::time_limit, text.str());
  }
  return show_result_alone(options, ended, file);
}

int show_logs(const client_options& options, std::optional<std::uint64_t> solver,
              const std::string& plan, bool follow) {
  auto link = connect_to_head(options);
  if (follow)
    notice_interrupts();
  if (follow && solver)
    link.call("events.subscribe", {{"kinds", {"log"}}});
  const auto show = [&options](const json& printed) {
    if (options.json)
      print(one_line(printed));
    else
      write_output(printed.at("text").get<std::string>());
  };
  const std::string method = plan.empty() ? "solvers.logs" : "runs.logs";
  auto params = json::object();
  if (solver)
    params["solver"] = *solver;
  else if (!plan.empty())
    params["run"] = plan;
  auto answer = link.call(method, params);
  show(answer);
  constexpr std::chrono::seconds glance{1};
  while (follow && !was_interrupted() && !has_output_failed()) {
    const auto event = link.next_event(glance);
    if (event && event->value("solver", std::uint64_t{0}) == solver)
      show(*event);
    if (solver)
      continue;
    // There are no events of it.
    const auto end = end_of_logs(answer);
    answer = link.call(method, params);
    if (const auto fresh = since(answer, end); !fresh.at("text").get<std::string>().empty())
      show(fresh);
  }
  return follow && !has_output_failed() ? exit_code::interrupted : exit_code::done;
}

int tell_run(const client_options& options, const std::string& method, const std::string& run) {
  const auto answer = ask(options, method, {{"run", run}});
  return show(options, answer, run + " is " + answer.at("state").get<std::string>());
}

int terminate_system(const client_options& options, bool when_idle) {
  return show(options, ask(options, "system.terminate", {{"when", when_idle ? "idle" : "now"}}),
              "terminating");
}

int call_method(const client_options& options, const std::string& method,
                const std::string& params) {
  auto parsed = json::parse(params, nullptr, false);
  if (parsed.is_discarded())
    throw usage_error("'" + params +
                      "' is no JSON: quote it for the shell, as in '{\"run\": \"r1\"}'");
  print(one_line(ask(options, method, std::move(parsed), std::nullopt)));
  return exit_code::done;
}

} // namespace lockstep
