#include "control/client/run_command.hpp"

#include "control/client/connection.hpp"
#include "control/client/exit_code.hpp"
#include "control/client/head_process.hpp"
#include "control/client/json_number.hpp"
#include "control/client/model_parameters.hpp"
#include "control/client/pages.hpp"
#include "control/client/progress_view.hpp"
#include "control/rpc/error.hpp"

#include <cstdio>
#include <iomanip>
#include <memory>
#include <optional>
#include <sstream>
#include <utility>

namespace lockstep {

namespace {

using clock = std::chrono::steady_clock;

/// Often enough for a person, seldom enough for a head that does thousands of
/// steps a second.
constexpr std::chrono::milliseconds look_interval{200};

/// Whoever has not said by then that he is Lockstep is not.
constexpr std::chrono::milliseconds greeting_limit{2'000};

/// A connection to a head, and the head itself where it is our own.
struct reached_head {
  std::unique_ptr<head_process> own;
  std::unique_ptr<connection> link;

  reached_head() = default;
  reached_head(reached_head&&) = default;
  reached_head& operator=(reached_head&&) = delete;
  ~reached_head() {
    if (!own || !link)
      return;
    try {
      link->call("system.terminate");
    } catch (const std::exception&) {
      // It is gone already, which is all that was wanted.
    }
    link.reset();
  }
};

bool is_lockstep(connection& link) {
  try {
    return link.call("system.describe", json::object(), greeting_limit).value("name", "") ==
           "lockstep";
  } catch (const std::exception&) {
    return false;
  }
}

reached_head reach(const client_options& options, const run_options& run) {
  reached_head head;
  try {
    head.link = std::make_unique<connection>(options.reach());
    if (options.is_chosen() || is_lockstep(*head.link))
      return head;
  } catch (const cannot_connect&) {
    if (options.is_chosen())
      throw;
  }
  head.own = std::make_unique<head_process>(options.where(), run.node_arguments);
  head.link = std::make_unique<connection>(head.own->where());
  return head;
}

json start_params(const run_options& run, const json& description) {
  json params{{"model", run.model}, {"parameters", parameters_from(run.words, description)}};
  if (run.solvers != 0)
    params["solvers"] = run.solvers;
  if (run.solvers_per_node != 0)
    params["solvers_per_node"] = run.solvers_per_node;
  if (run.seed)
    params["seed"] = *run.seed;
  // A model's own parameter of that name means the same to whoever types it.
  for (const std::string name : {"seed", "solvers"})
    for (const auto& one : description.at("parameters"))
      if (one.at("name") == name && params.contains(name))
        params["parameters"][name] = params[name];
  if (run.cancel_grace)
    params["cancel_grace_ms"] = static_cast<std::int64_t>(*run.cancel_grace * 1e3);
  if (run.push_models)
    params["push_models"] = true;
  if (run.wait_for_nodes)
    params["wait_for_nodes"] = true;
  return params;
}

json newest_step(connection& link, const json& run) {
  const auto steps = run.value("steps", std::uint64_t{0});
  if (steps == 0)
    return nullptr;
  const auto list = link.call("runs.steps", {{"run", run.at("run")}, {"from", steps - 1}});
  return list.empty() ? json() : list.back();
}

bool is_over(const json& run) {
  const auto state = run.value("state", "");
  return state == "done" || state == "failed" || state == "cancelled";
}

/// Why watching ended.
enum class watched : unsigned char { over, interrupted, time_over };

class watcher {
public:
  watcher(connection& link, std::string run, progress_view::style style)
      : link_(link), run_(std::move(run)), view_(style) {}

  watched until(std::optional<clock::time_point> deadline, bool heed_interrupts) {
    for (;;) {
      const auto now = link_.call("runs.get", {{"run", run_}});
      view_.update(now, newest_step(link_, now));
      if (is_over(now)) {
        drain();
        view_.finish();
        return watched::over;
      }
      const auto next_look = clock::now() + look_interval;
      while (clock::now() < next_look) {
        if (heed_interrupts && was_interrupted())
          return watched::interrupted;
        if (deadline && clock::now() >= *deadline)
          return watched::time_over;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_look - clock::now());
        if (const auto event = link_.next_event(left); event && take(*event))
          break;
      }
    }
  }

private:
  /// True where the run is over.
  bool take(const json& event) {
    if (event.value("run", json()) != run_)
      return false;
    const auto kind = event.value("kind", "");
    if (kind == "progress")
      view_.progress(event);
    else if (kind == "report")
      view_.report(event);
    return kind == "run_finished";
  }

  /// What came while we asked for the state.
  void drain() {
    while (const auto event = link_.next_event(std::chrono::milliseconds{0}))
      take(*event);
  }

  connection& link_;
  std::string run_;
  progress_view view_;
};

void subscribe(connection& link) {
  link.call("events.subscribe", {{"kinds", {"progress", "report", "run_finished"}}});
}

std::string told(const json& error) {
  std::string text;
  if (error.contains("solver"))
    text += "solver " + error["solver"].dump() +
            (error.contains("node") ? " on node " + error["node"].get<std::string>() : "") + ", ";
  if (error.contains("step"))
    text += "step " + error["step"].get<std::string>() + ": ";
  text += error.value("type", "") + ": " + error.value("text", "");
  if (error.contains("log"))
    text += "\nits last lines:\n" + error["log"].get<std::string>();
  return text;
}

/// Where the time of a run went, in one line; nothing of a run that had none.
std::string told_figures(const json& figures) {
  const auto seconds = number_of(figures, "seconds");
  if (seconds <= 0)
    return {};
  std::ostringstream text;
  text << std::fixed << std::setprecision(1);
  for (const auto& [member, name] :
       {std::pair{"compute", "compute"}, std::pair{"barrier_wait", "barrier wait"},
        std::pair{"transfer", "transfer"}, std::pair{"reduce", "reduce"},
        std::pair{"plan", "plan"}})
    text << name << ' ' << 100 * number_of(figures, member) / seconds << " %  ";
  text << "of " << seconds << " s";
  return text.str();
}

int show_result(const json& ended, bool as_json) {
  const auto state = ended.at("state").get<std::string>();
  if (as_json)
    std::printf("%s\n", ended.dump(-1, ' ', false, json::error_handler_t::replace).c_str());
  else if (state == "done" || !ended.at("result").is_null())
    std::printf("%s %s: %s\n", ended.at("run").get<std::string>().c_str(), state.c_str(),
                shortened(ended.at("result")).c_str());
  std::fflush(stdout);
  if (const auto figures = told_figures(ended.value("figures", json::object()));
      !as_json && !figures.empty())
    std::fprintf(stderr, "%s\n", figures.c_str());
  const auto run = ended.at("run").get<std::string>();
  if (ended.contains("error") && !ended.at("error").is_null())
    std::fprintf(stderr, "control: run %s %s: %s\n", run.c_str(), state.c_str(),
                 told(ended.at("error")).c_str());
  else if (state != "done")
    std::fprintf(stderr, "control: run %s %s\n", run.c_str(), state.c_str());
  return state == "done" ? exit_code::done : exit_code::failed;
}

/// A run that was over before the request to cancel it arrived is over all the
/// same.
void cancel(connection& link, const std::string& run) {
  try {
    link.call("runs.cancel", {{"run", run}});
  } catch (const call_failed& why) {
    if (why.code != rpc_code::wrong_state)
      throw;
  }
}

int code_of(watched why, int otherwise) {
  if (why == watched::interrupted)
    return exit_code::interrupted;
  return why == watched::time_over ? exit_code::time_limit : otherwise;
}

int watch_to_the_end(connection& link, const std::string& run, const client_options& options,
                     const run_options& wanted) {
  watcher view{link, run, style_here()};
  std::optional<clock::time_point> deadline;
  if (wanted.time_limit)
    deadline = clock::now() + std::chrono::duration_cast<clock::duration>(
                                  std::chrono::duration<double>{*wanted.time_limit});
  auto why = watched::over;
  try {
    why = view.until(deadline, true);
    if (why != watched::over) {
      std::fprintf(stderr, "\ncontrol: %s, cancelling run %s\n",
                   why == watched::interrupted ? "interrupted" : "the time limit is over",
                   run.c_str());
      cancel(link, run);
      view.until(std::nullopt, false);
    }
    return code_of(
        why, show_result(link.call("runs.result", {{"run", run}}, std::nullopt), options.json));
  } catch (const no_answer& silence) {
    if (was_interrupted())
      why = watched::interrupted;
    else if (deadline && clock::now() >= *deadline)
      why = watched::time_over;
    std::fprintf(stderr, "control: %s; the run may go on there\n", silence.what());
    return code_of(why, exit_code::failed);
  }
}

} // namespace

int run_model(const client_options& options, const run_options& run) {
  notice_interrupts();
  auto head = reach(options, run);
  const auto description = head.link->call("models.describe", {{"model", run.model}});
  if (run.help) {
    std::fputs(help_for(description).c_str(), stdout);
    return exit_code::done;
  }
  const auto params = start_params(run, description);
  // Before the start, so that nothing is missed.
  subscribe(*head.link);
  const auto started = head.link->call("runs.start", params);
  return watch_to_the_end(*head.link, started.at("run"), options, run);
}

int start_model(const client_options& options, const run_options& run) {
  auto head = run.help ? reach(options, run) : reached_head{};
  if (!head.link)
    head.link = std::make_unique<connection>(options.reach());
  const auto description = head.link->call("models.describe", {{"model", run.model}});
  if (run.help) {
    std::fputs(help_for(description).c_str(), stdout);
    return exit_code::done;
  }
  const auto started = head.link->call("runs.start", start_params(run, description));
  std::printf("%s\n",
              (options.json ? started.dump() : started.at("run").get<std::string>()).c_str());
  return exit_code::done;
}

int watch_run(const client_options& options, const std::string& run) {
  notice_interrupts();
  connection link{options.reach()};
  subscribe(link);
  auto wanted = run;
  if (wanted.empty()) {
    const auto all = all_runs(link);
    if (all.empty())
      throw usage_error("there is no run to watch; `control start MODEL` starts one");
    wanted = all.back().at("run");
  }
  watcher view{link, wanted, style_here()};
  if (view.until(std::nullopt, true) == watched::interrupted)
    return exit_code::interrupted;
  return show_result(link.call("runs.result", {{"run", wanted}}, std::nullopt), options.json);
}

} // namespace lockstep
