// SPDX-License-Identifier: BSD-3-Clause

#include "control/cli/run_command.hpp"

#include "control/cli/json_number.hpp"
#include "control/cli/pages.hpp"
#include "control/cli/progress_view.hpp"
#include "control/cli/run_result.hpp"
#include "control/client/connection.hpp"
#include "control/client/exit_code.hpp"
#include "control/client/head_search.hpp"
#include "control/client/reached_head.hpp"
#include "control/client/usage_error.hpp"
#include "control/models/model_parameters.hpp"
#include "control/models/model_paths.hpp"
#include "control/rpc/error.hpp"
#include "control/terminal/output.hpp"

#include "platform/options/typed_name.hpp"
#include "platform/output/standard_output.hpp"

#include <cstdio>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

namespace lockstep {

namespace {

using clock = std::chrono::steady_clock;

/// Often enough for a person, seldom enough for a head that does thousands of
/// steps a second.
constexpr std::chrono::milliseconds look_interval{200};

json start_params(connection& link, const run_options& run, const json& description) {
  auto params = model_params(link, run.model);
  params["parameters"] = parameters_from(run.words, description);
  if (run.solvers != 0)
    params["solvers"] = run.solvers;
  if (run.solvers_per_node != 0)
    params["solvers_per_node"] = run.solvers_per_node;
  if (run.seed)
    params["seed"] = *run.seed;
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
      if (is_over(look())) {
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

  /// Others may print now.
  void clear() { view_.finish(); }

private:
  json look() {
    auto now = link_.call("runs.get", {{"run", run_}});
    view_.update(now, newest_step(link_, now));
    return now;
  }

  /// True where the run is over.
  bool take(const json& event) {
    if (event.value("run", json()) != run_)
      return false;
    const auto kind = event.value("kind", "");
    if (kind == "progress")
      view_.progress(event);
    else if (kind == "report")
      take_report(event);
    return kind == "run_finished";
  }

  void take_report(const json& event) {
    if (view_.wants_setting())
      look();
    view_.report(event);
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

/// A run that was over before the request to cancel it arrived is over all the
/// same.
void cancel(connection& link, const std::string& run, watched cause) {
  try {
    link.call("runs.cancel",
              {{"run", run}, {"why", cause == watched::time_over ? "time_limit" : "request"}});
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
      view.clear();
      std::fprintf(stderr, "control: %scancelling run %s\n",
                   why == watched::interrupted ? "" : "the time limit is over, ", run.c_str());
      cancel(link, run, why);
      view.until(std::nullopt, false);
    }
    return code_of(why,
                   show_end_of_run(options, link.call("runs.result", {{"run", run}}, std::nullopt),
                                   wanted.output));
  } catch (const no_answer& silence) {
    if (was_interrupted())
      why = watched::interrupted;
    else if (deadline && clock::now() >= *deadline)
      why = watched::time_over;
    throw command_ended(code_of(why, exit_code::failed),
                        silence.what() + std::string{"; the run may go on there"});
  }
}

/// Whether a word behind an option can be a model all the same: a file of data is not to be loaded.
bool may_be_model(const std::string& word) {
  return !word.starts_with('-') && is_utf8(word) &&
         (word.find('/') == std::string::npos || word.ends_with(".so"));
}

/// Whether the head says so of a word that is something else.
bool is_no_model(int code) {
  return code == rpc_code::no_such_model || code == rpc_code::model_refused ||
         code == rpc_code::forbidden;
}

/// The model that is meant, and what the head says of it. Where each word may be the value of an
/// option, one of them names a model: the last that does, and the option before it is a flag.
json describe_wanted(connection& link, run_options& run) {
  if (!run.model.empty())
    return description_of_model(link, run.model);
  std::exception_ptr refusal; // of a library, which is worth telling where there is no other model
  for (auto word = run.words.rbegin(); word != run.words.rend(); ++word) {
    if (!may_be_model(*word))
      continue;
    try {
      auto description = description_of_model(link, *word);
      run.model = *word;
      run.words.erase(std::next(word).base());
      return description;
    } catch (const call_failed& why) {
      if (!is_no_model(why.code))
        throw;
      if (why.code != rpc_code::no_such_model)
        refusal = refusal ? refusal : std::current_exception();
    }
  }
  if (refusal)
    std::rethrow_exception(refusal);
  throw usage_error("which model? `control models` lists them");
}

/// Says what became of it, where it was our own.
[[noreturn]] void tell_loss(reached_head& head, const connection_lost& lost) {
  const auto how = head.own ? head.own->end() : std::nullopt;
  throw std::runtime_error(how ? *how + "; the run is lost" : lost.what());
}

json start_on(reached_head& head, const json& description, const run_options& run) {
  auto params = start_params(head.link, run, description);
  tell_which_head(head, run);
  if (head.ends_unneeded)
    params["end_with_connection"] = true;
  if (was_interrupted())
    throw command_ended(exit_code::interrupted, "nothing was started");
  // Before the start, so that nothing is missed.
  subscribe(head.link);
  try {
    return head.link.call("runs.start", params, model_limit);
  } catch (const connection_lost& lost) {
    if (head.own || head.ends_unneeded) // no run outlives its client there
      throw;
    throw std::runtime_error(lost.what() + std::string{"; the run may have begun there"});
  }
}

/// What the head answers to the start; null where the model's help was all that was wanted.
json started_by(reached_head& head, run_options& run) {
  const auto description = describe_wanted(head.link, run);
  if (!run.help)
    return start_on(head, description, run);
  write_output(with_typed_names(help_for(description)));
  return nullptr;
}

/// A head that was started for a run of others may end before it has taken ours, which then gets
/// one of its own.
json started_by_head_or_own(reached_head& head, const client_options& options, run_options& run) {
  const bool is_final = head.own || options.is_chosen();
  const auto asked = run;
  try {
    return started_by(head, run);
  } catch (const call_failed& why) {
    if (is_final || why.code != rpc_code::shutting_down)
      throw;
  } catch (const connection_lost&) {
    if (is_final)
      throw;
  }
  run = asked;
  head = start_head(run);
  return started_by(head, run);
}

int run_on(reached_head& head, const client_options& options, run_options run) {
  const auto started = started_by_head_or_own(head, options, run);
  return started.is_null() ? exit_code::done
                           : watch_to_the_end(head.link, started.at("run"), options, run);
}

} // namespace

int run_model(const client_options& options, run_options run) {
  notice_interrupts(first_interrupt::takes_time);
  check_model_names(run.model);
  auto head = reach_or_start_head(options, run);
  try {
    return run_on(head, options, std::move(run));
  } catch (const connection_lost& lost) {
    tell_loss(head, lost);
  }
}

int start_model(const client_options& options, run_options run) {
  check_model_names(run.model);
  auto head = run.help ? reach_or_start_head(options, run) : reach_head(options);
  const auto description = describe_wanted(head.link, run);
  if (run.help) {
    write_output(with_typed_names(help_for(description)));
    return exit_code::done;
  }
  const auto params = start_params(head.link, run, description);
  tell_which_head(head, run);
  const auto started = head.link.call("runs.start", params, model_limit);
  if (!options.json) // standard output has the id alone, for scripts
    std::fprintf(stderr, "%s: %s%s\n", started.at("run").get<std::string>().c_str(),
                 told_setting(started).c_str(), told_place(started).c_str());
  return show(options, started, started.at("run"));
}

int watch_run(const client_options& options, const std::string& run) {
  notice_interrupts();
  auto link = connect_to_head(options);
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
    throw command_ended(exit_code::interrupted, "interrupted; run " + wanted + " goes on");
  return show_end_of_run(options, link.call("runs.result", {{"run", wanted}}, std::nullopt));
}

} // namespace lockstep
