// SPDX-License-Identifier: BSD-3-Clause

#include "control/answers/event_json.hpp"

#include "control/answers/run_text.hpp"
#include "control/rpc/envelope.hpp"

#include "actors/rules/history/step_metrics.hpp"

#include <lockstep/json.hpp>

#include <array>
#include <cstddef>
#include <variant>

namespace lockstep {

namespace {

/// In the order of event::kinds.
constexpr std::array<std::string_view, std::variant_size_v<event::kinds>> words{
    "progress",    "report",        "log",          "run_queued",      "run_state",
    "run_started", "run_finished",  "step_started", "solver_answered", "step_finished",
    "node_up",     "node_draining", "node_down",    "worker_up",       "worker_down",
};

void add_failure(json& text, const std::optional<step_failure>& failed) {
  if (failed)
    text["error"] = to_json(*failed);
}

json members_of(const events::progress& x) {
  return {{"number", x.number}, {"solver", x.solver}, {"fraction", x.fraction}, {"note", x.note}};
}

/// Without the report itself, which is text already.
json members_of(const events::report& x) {
  return {{"number", x.number}};
}

json members_of(const events::log& x) {
  return {{"solver", x.solver}, {"text", x.text}};
}

json members_of(const events::run_queued& x) {
  return {{"model", x.model}};
}

json members_of(const events::run_changed& x) {
  return {{"state", to_string(x.state)}};
}

json members_of(const events::run_started& x) {
  return {{"solvers", x.solvers}};
}

json members_of(const events::run_finished& x) {
  json text{{"state", to_string(x.state)}};
  add_failure(text, x.failed);
  return text;
}

/// "kind" is the event's own.
json members_of(const events::step_started& x) {
  return {{"number", x.number}, {"name", x.name}, {"step_kind", x.kind}};
}

json members_of(const events::solver_answered& x) {
  return {{"number", x.number}, {"solver", x.solver}, {"seconds", x.seconds}};
}

json members_of(const events::step_finished& x) {
  const auto& step = x.metrics;
  const auto spread = spread_of(step.solver_seconds);
  json text{{"number", step.number},         {"name", step.name},
            {"step_kind", step.kind},        {"seconds", step.seconds},
            {"slowest", spread.slowest},     {"mean", spread.mean},
            {"imbalance", spread.imbalance}, {"barrier_wait", spread.barrier_wait},
            {"reduce", step.reduce_seconds}, {"transfer", transfer_of(step)},
            {"bytes_in", step.bytes_in},     {"bytes_out", step.bytes_out}};
  add_failure(text, x.failed);
  return text;
}

json members_of(const events::node_up& x) {
  return {{"node", to_string(x.node)}, {"name", x.name}, {"host", x.host}, {"solvers", x.solvers}};
}

json members_of(const events::node_draining& x) {
  return {{"node", to_string(x.node)}, {"name", x.name}};
}

json members_of(const events::node_down& x) {
  return {{"node", to_string(x.node)},
          {"name", x.name},
          {"host", x.host},
          {"reason", x.left ? "left" : "lost"}};
}

json members_of(const events::worker_up& x) {
  return {{"node", to_string(x.node)}, {"slot", x.slot}, {"pid", x.pid}};
}

json members_of(const events::worker_down& x) {
  return {{"node", to_string(x.node)}, {"slot", x.slot}, {"pid", x.pid}, {"reason", x.reason}};
}

} // namespace

std::string_view kind_of(const event& happened) {
  return words.at(happened.what.index());
}

bool is_of_a_step(std::string_view kind) {
  return kind == "step_started" || kind == "solver_answered" || kind == "step_finished";
}

std::string to_text(const event& happened) {
  auto members = std::visit([](const auto& what) { return members_of(what); }, happened.what);
  members["kind"] = kind_of(happened);
  members["run"] = happened.run.value == 0 ? json() : json(to_string(happened.run));
  auto text = to_text(members);
  if (const auto* report = std::get_if<events::report>(&happened.what)) {
    text.back() = ',';
    text += R"("report":)" + report->value.str() + '}';
  }
  return text;
}

} // namespace lockstep
