#include "actors/controller/run_record.hpp"

#include "platform/output/iso_8601.hpp"

namespace lockstep {

run_summary summary_of(const run_record& run) {
  return {run.id,
          run.request.model.name,
          run.state,
          run.request.parameters,
          run.request.seed,
          run.solvers != 0 ? run.solvers : run.request.solvers,
          run.nodes,
          run.queued_at,
          run.started_at,
          run.finished_at,
          run.under_way,
          run.steps.total(),
          run.reports.total(),
          run.figures,
          run.result,
          run.failed,
          run.why_cancelled};
}

json to_json(const step_failure& failed) {
  json text{{"type", failed.type}, {"text", failed.text}};
  if (!failed.step.empty())
    text["step"] = failed.step;
  if (failed.solver)
    text["solver"] = *failed.solver;
  if (!failed.node.empty())
    text["node"] = failed.node;
  if (failed.signal)
    text["signal"] = *failed.signal;
  if (failed.exit_code)
    text["exit_code"] = *failed.exit_code;
  if (!failed.log.empty())
    text["log"] = failed.log;
  return text;
}

namespace {

/// Of one that got done all the same, or failed, nobody asks.
void add_why(json& text, const run_summary& run) {
  const bool is_told = run.state == run_state::cancelling || run.state == run_state::cancelled;
  if (is_told && !run.why_cancelled.empty())
    text["why"] = run.why_cancelled;
}

} // namespace

json to_json(const run_summary& run) {
  const auto time = [](const std::optional<time_point>& at) {
    return at ? json(to_iso_8601(*at)) : json();
  };
  json text{{"run", to_string(run.id)},
            {"model", run.model},
            {"state", to_string(run.state)},
            {"seed", run.seed},
            {"solvers", run.solvers},
            {"nodes", run.nodes},
            {"queued_at", to_iso_8601(run.queued_at)},
            {"started_at", time(run.started_at)},
            {"finished_at", time(run.finished_at)},
            {"step", nullptr},
            {"steps", run.steps},
            {"reports", run.reports},
            {"figures", to_json(run.figures)},
            {"error", nullptr}};
  if (run.under_way)
    text["step"] = {{"number", run.under_way->number},
                    {"name", run.under_way->name},
                    {"kind", run.under_way->kind}};
  if (run.failed)
    text["error"] = to_json(*run.failed);
  add_why(text, run);
  return text;
}

json to_json(const step_figures& step) {
  const auto spread = spread_of(step.solver_seconds);
  return {{"number", step.number},
          {"name", step.name},
          {"kind", step.kind},
          {"seconds", step.seconds},
          {"slowest", spread.slowest},
          {"mean", spread.mean},
          {"imbalance", spread.imbalance},
          {"barrier_wait", spread.barrier_wait},
          {"reduce", step.reduce_seconds},
          {"transfer", transfer_of(step)},
          {"bytes_in", step.bytes_in},
          {"bytes_out", step.bytes_out}};
}

json to_json(const run_figures& figures) {
  return {{"seconds", figures.seconds()},
          {"compute", figures.compute},
          {"barrier_wait", figures.barrier_wait},
          {"transfer", figures.transfer},
          {"reduce", figures.reduce},
          {"plan", figures.plan}};
}

json outcome_to_json(const run_summary& run) {
  json text{{"run", to_string(run.id)},
            {"state", to_string(run.state)},
            {"seed", run.seed},
            {"solvers", run.solvers},
            {"figures", to_json(run.figures)}};
  if (run.failed)
    text["error"] = to_json(*run.failed);
  add_why(text, run);
  return text;
}

json result_to_json(const run_record& run) {
  auto text = outcome_to_json(summary_of(run));
  text["result"] = json::parse(run.result.str(), nullptr, false);
  return text;
}

} // namespace lockstep
