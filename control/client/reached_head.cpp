// SPDX-License-Identifier: BSD-3-Clause

#include "control/client/reached_head.hpp"

#include "control/client/head_search.hpp"
#include "control/client/time_text.hpp"
#include "control/client/usage_error.hpp"

#include <cstdio>
#include <optional>
#include <utility>

namespace lockstep {

namespace {

/// The options of `run` that are for the node of a head of its own, as they were typed.
std::string node_options_in(const std::vector<std::string>& node_arguments) {
  std::string text;
  for (std::size_t i = 0; i < node_arguments.size(); i += 2)
    text += (i == 0 ? "" : " and ") + node_arguments[i];
  return text;
}

reached_head reached(std::unique_ptr<head_process> own) {
  connection link{own->where()};
  return {std::move(own), std::move(link), json::object(), true};
}

/// The head that is there; none where there is none, and none was chosen.
std::optional<reached_head> reach_head_if_any(const client_options& options) {
  try {
    return reach_head(options);
  } catch (const foreign_head& foreign) {
    if (options.is_chosen())
      throw;
    std::fprintf(stderr, "control: %s; one of your own is started\n", foreign.what());
  } catch (const head_full&) { // another would want the same cores
    throw;
  } catch (const no_answer& silence) {
    if (options.is_chosen())
      throw;
    std::fprintf(stderr, "control: %s; one of your own is started\n", silence.what());
  } catch (const usage_error&) {
    throw;
  } catch (const std::runtime_error&) {
    if (options.is_chosen())
      throw;
  }
  return std::nullopt;
}

} // namespace

reached_head start_head(const run_options& run) {
  return reached(
      std::make_unique<head_process>(address{"127.0.0.1", usual_port}, run.node_arguments));
}

reached_head reach_head(const client_options& options) {
  auto link = connect_to_head(options);
  auto described =
      link.described().contains("pid") ? link.described() : link.call("system.describe");
  const bool ends_unneeded = described.value("started_by", json()) == "control run";
  return {nullptr, std::move(link), std::move(described), ends_unneeded};
}

reached_head reach_or_start_head(const client_options& options, const run_options& run) {
  if (run.own_head && !options.at.empty())
    throw usage_error(
        "--own-head starts a head, and --at names one that is there: say one of them");
  if (run.own_head)
    return start_head(run);
  try {
    if (auto there = reach_head_if_any(options))
      return *std::move(there);
  } catch (const head_full& full) {
    if (options.is_chosen())
      throw;
    throw call_failed(full.code, full.what(),
                      full.hint + " `control run --own-head` does without it.");
  }
  return start_head(run);
}

reached_head reach_head_for_models(const client_options& options) {
  if (auto there = reach_head_if_any(options))
    return *std::move(there);
  return reached(std::make_unique<head_process>(
      address{"127.0.0.1", 0}, std::vector<std::string>{"--no-node", "--unlisted"}));
}

void tell_which_head(const reached_head& head, const run_options& run) {
  if (head.own)
    return;
  if (!run.node_arguments.empty())
    throw usage_error(node_options_in(run.node_arguments) + ": without effect on " +
                      name_of_head(head.described) +
                      ", which has its workers already. Leave it out, or say --own-head to start "
                      "a head for this run");
  std::fprintf(stderr, "using %s\n", name_of_head(head.described).c_str());
}

std::string name_of_head(const json& described) {
  const auto text = [&](const char* member) {
    const auto found = described.find(member);
    return found != described.end() && found->is_string() ? found->get<std::string>() : "";
  };
  auto name = "the head at " + text("control");
  if (described.contains("pid"))
    name += ", process " + described.at("pid").dump();
  if (const auto started = local_text(text("started")); !started.empty())
    name += ", started " + started;
  if (!text("started_by").empty())
    name += " by " + text("started_by");
  return name;
}

} // namespace lockstep
