#include "control/client/reached_head.hpp"

#include "control/client/head_search.hpp"
#include "control/client/time_text.hpp"
#include "control/client/usage_error.hpp"

#include <cstdio>
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

} // namespace

reached_head start_head(const run_options& run) {
  auto own = std::make_unique<head_process>(address{"127.0.0.1", usual_port}, run.node_arguments);
  connection link{own->where()};
  return {std::move(own), std::move(link), json::object(), true};
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
    return reach_head(options);
  } catch (const foreign_head& foreign) {
    if (options.is_chosen())
      throw;
    std::fprintf(stderr, "control: %s; this run gets a head of its own\n", foreign.what());
  } catch (const usage_error&) {
    throw;
  } catch (const std::runtime_error&) {
    if (options.is_chosen())
      throw;
  }
  return start_head(run);
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
