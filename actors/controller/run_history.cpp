// SPDX-License-Identifier: BSD-3-Clause

#include "actors/controller/run_history.hpp"

#include "actors/wire/limits.hpp"

#include <algorithm>
#include <utility>

namespace lockstep {

namespace {

std::uint64_t bytes_of(const std::optional<step_failure>& failed) {
  return failed ? failed->text.size() + failed->log.size() : 0;
}

/// Steps of one name share it: there are as many as the solver has steps.
std::shared_ptr<const step_title> title_of(run_record& run, const step_metrics& step) {
  const auto known = std::ranges::find_if(run.titles, [&](const auto& title) {
    return title->name == step.name && title->kind == step.kind;
  });
  if (known != run.titles.end())
    return *known;
  run.titles.push_back(std::make_shared<const step_title>(step_title{step.name, step.kind}));
  return run.titles.back();
}

} // namespace

run_record* run_history::find(run_id id) {
  const auto found = runs_.find(id);
  return found == runs_.end() ? nullptr : &found->second;
}

tl::expected<run_record*, std::string> run_history::add(start_run request) {
  // Half, so that there is room for what runs leave behind.
  const auto room = budget_.bytes_max() / 2;
  if (budget_.pinned_bytes() + request.parameters.bytes() > room)
    return tl::unexpected("the parameters of all runs that wait may have " + std::to_string(room) +
                          " bytes together");
  const run_id id{++last_run_};
  auto& run = runs_[id];
  run.id = id;
  run.request = std::move(request);
  run.queued_at = std::chrono::system_clock::now();
  budget_.add(history_part::run, id, sizeof(run_record) + run.request.parameters.bytes());
  give_up_parts();
  return &run;
}

void run_history::place(run_record& run, const std::vector<node_number>& nodes,
                        const std::vector<share>& groups) {
  std::vector<node_solvers> placed;
  placed.reserve(nodes.size());
  for (std::size_t i = 0; i < std::min(nodes.size(), groups.size()); ++i)
    placed.push_back({nodes[i], groups[i]});
  budget_.add(history_part::run, run.id, placed.size() * sizeof(node_solvers));
  run.placed = std::make_shared<const std::vector<node_solvers>>(std::move(placed));
}

void run_history::add_step(run_record& run, const step_metrics& step) {
  const auto spread = spread_of(step.solver_seconds);
  const auto& each = step.solver_seconds;
  budget_.add(history_part::solver_seconds, run.id,
              run.solver_seconds.push(each, each.size() * sizeof(double)));
  budget_.add(
      history_part::steps, run.id,
      run.steps.push({step.number, title_of(run, step), step.began, step.seconds, spread.slowest,
                      spread.mean, step.reduce_seconds, step.bytes_out, step.bytes_in},
                     0));
  budget_.remove(history_part::solver_seconds, run.id,
                 run.solver_seconds.keep_newest(limits::kept_steps));
  budget_.remove(history_part::steps, run.id, run.steps.keep_newest(limits::kept_steps));
  give_up_parts();
}

json_text run_history::add_report(run_record& run, json_text report) {
  if (report.bytes() > report_bytes_max())
    report = json_text{json{{"too_large", "this report had " + std::to_string(report.bytes()) +
                                              " bytes, over the limit of " +
                                              std::to_string(report_bytes_max()) + " bytes"}}};
  budget_.add(history_part::reports, run.id, run.reports.push(report, report.bytes()));
  budget_.remove(history_part::reports, run.id, run.reports.keep_newest(limits::kept_reports));
  give_up_parts();
  return report;
}

void run_history::finish(run_record& run) {
  over_.insert(run.id);
  budget_.finish(run.id);
  budget_.add(history_part::run, run.id, run.result.bytes() + bytes_of(run.failed));
  give_up_parts();
}

void run_history::forget_old_runs() {
  for (auto next = budget_.next(); next; next = budget_.next())
    give_up(*next);
  while (over_.size() > limits::kept_runs)
    give_up({history_part::run, *over_.begin()});
}

void run_history::give_up_parts() {
  for (auto next = budget_.next(); next && next->what != history_part::run; next = budget_.next())
    give_up(*next);
}

void run_history::give_up(const history_budget::sacrifice& what) {
  auto& run = runs_.at(what.run);
  switch (what.what) {
  case history_part::solver_seconds:
    return budget_.remove(what.what, what.run, run.solver_seconds.drop_oldest());
  case history_part::steps:
    return budget_.remove(what.what, what.run, run.steps.drop_oldest());
  case history_part::reports:
    return budget_.remove(what.what, what.run, run.reports.drop_oldest());
  case history_part::run:
    break;
  }
  budget_.forget(what.run);
  over_.erase(what.run);
  runs_.erase(what.run);
}

std::shared_ptr<const run_info> run_history::info(run_record& run) {
  if (run.state != run_state::queued && !is_over(run.state))
    return std::make_shared<const run_info>(info_of(run));
  if (!run.seen || run.seen->state != run.state)
    run.seen = std::make_shared<const run_info>(info_of(run));
  return run.seen;
}

run_list run_history::look(const list_runs& wanted) {
  run_list found;
  auto left = wanted.count;
  for (auto i = runs_.lower_bound({wanted.from}); i != runs_.end() && left > 0; ++i, --left)
    found.runs.push_back(info(i->second));
  return found;
}

step_list run_history::look(const run_record& run, const list_steps& wanted) {
  return {std::make_shared<const step_history>(
      step_history{run.steps.look(wanted.from, wanted.count),
                   run.solver_seconds.look(wanted.from, wanted.count), run.placed})};
}

report_list run_history::look(const run_record& run, const list_reports& wanted) {
  return {std::make_shared<const report_history>(
      report_history{run.reports.look(wanted.from, wanted.count)})};
}

} // namespace lockstep
