// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/run_starts.hpp"

#include "control/service/calls/rpc_errors.hpp"

#include <cstdint>
#include <random>
#include <utility>

namespace lockstep {

namespace {

std::uint64_t drawn_seed() {
  return std::random_device{}();
}

} // namespace

run_starts::run_starts(control_actor::pointer self, controller_actor controller,
                       call_answers& answers, head_purpose& purpose, history_answers& history,
                       model_look_ups& models)
    : self_(self), controller_(std::move(controller)), answers_(answers), purpose_(purpose),
      history_(history), models_(models) {}

void run_starts::start(const caller& who, json& params) {
  const bool waits = params.value("end_with_connection", false);
  if (waits && !answers_.is_open(who.connection)) // nobody would tell of its end again
    return refuse(who, make_rpc_error(rpc_code::shutting_down, "The connection has ended."));
  purpose_.asked({who.connection, who.token}, waits);
  const auto wanted = std::make_shared<json>(std::move(params)); // which may be large
  models_.look_up(
      *wanted, recall_model,
      [this, who, wanted](const known_or_refused& found) { check(who, wanted, found); },
      [this, who](rpc_error error) { refuse(who, std::move(error)); });
}

void run_starts::check(const caller& who, const std::shared_ptr<json>& params,
                       const known_or_refused& found) {
  if (!found)
    return refuse(who, models_.library_error(found.error(), *params));
  const auto model = found->reference;
  models_.check(
      model, std::move(params->at("parameters")),
      [this, who, params, model](const packed_json& parameters) {
        ask(who, *params, model, parameters);
      },
      [this, who](rpc_error error) { refuse(who, std::move(error)); });
}

void run_starts::ask(const caller& who, const json& params, const model_reference& model,
                     const packed_json& parameters) {
  start_run request;
  request.model = model;
  request.parameters = parameters;
  request.solvers = params.value("solvers", std::uint64_t{0});
  request.solvers_per_node = params.value("solvers_per_node", std::uint64_t{0});
  request.seed = params.contains("seed") ? params.at("seed").get<std::uint64_t>() : drawn_seed();
  request.cancel_grace_ms = params.value("cancel_grace_ms", std::int64_t{0});
  request.push_models = params.value("push_models", false);
  request.wait_for_nodes = params.value("wait_for_nodes", false);
  caf_compat::request(self_, controller_, caf::infinite, std::move(request))
      .then([this, who](const run_info& started) { accept(who, started); },
            [this, who](const caf::error& why) { refuse(who, to_rpc_error(why)); });
}

void run_starts::accept(const caller& who, const run_info& started) {
  const bool is_abandoned = purpose_.accepted({who.connection, who.token}, started.run);
  answers_.note(who, {{"run", to_string(started.run)}});
  history_.describe(who, started);
  if (is_abandoned)
    purpose_.cancel_abandoned(started.run);
  purpose_.look_again();
}

void run_starts::refuse(const caller& who, rpc_error error) {
  answers_.fail(who, std::move(error));
  purpose_.refused({who.connection, who.token});
}

} // namespace lockstep
