// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/log_answers.hpp"

#include "control/answers/system_json.hpp"
#include "control/service/calls/rpc_errors.hpp"

#include <optional>
#include <string>
#include <utility>

namespace lockstep {

log_answers::log_answers(control_actor::pointer self, controller_actor controller,
                         call_answers& answers, lane& long_answers, const captured_output* own,
                         const captured_outputs* plans)
    : self_(self), controller_(std::move(controller)), answers_(answers),
      long_answers_(long_answers), of_solvers_(self, answers), own_(own), plans_(plans) {}

void log_answers::read(const caller& who, const json& params) {
  const auto bytes = params.at("bytes").get<std::uint64_t>();
  if (params.contains("solver"))
    read_solver(who, {params.at("solver").get<std::uint64_t>(), bytes});
  else
    read_own(who, bytes);
}

void log_answers::read_solver(const caller& who, const read_solver_output& wanted) {
  of_solvers_.await_turn(who, [this, who, wanted] {
    caf_compat::request(self_, controller_, caf::infinite, wanted)
        .then(
            [this, who](const solver_output& log) {
              of_solvers_.count_from_now();
              answers_.answer(who, to_json(log));
              of_solvers_.end_turn();
            },
            [this, who](const caf::error& why) {
              of_solvers_.count_from_now();
              answers_.fail(who, to_rpc_error(why));
              of_solvers_.end_turn();
            });
  });
}

void log_answers::read_own(const caller& who, std::size_t bytes) {
  long_answers_.await_turn(who, [this, who, bytes] {
    const auto [text, before] =
        own_ == nullptr ? std::pair<std::string, std::uint64_t>{} : own_->tail(bytes);
    answers_.answer(who, {{"solver", nullptr}, {"text", text}, {"dropped_bytes", before}});
    long_answers_.end_turn();
  });
}

/// Only the controller knows whether there is such a run.
void log_answers::read_plan(const caller& who, run_id run, const json& params) {
  const auto bytes = params.at("bytes").get<std::size_t>();
  long_answers_.await_turn(who, [this, who, run, bytes] {
    caf_compat::request(self_, controller_, caf::infinite, get_run{run})
        .then(
            [this, who, run, bytes](const run_info&) {
              const auto kept = plans_ == nullptr ? std::nullopt : plans_->tail(run.value, bytes);
              const auto [text, before] = kept.value_or(std::pair<std::string, std::uint64_t>{});
              answers_.answer(who,
                              {{"run", to_string(run)}, {"text", text}, {"dropped_bytes", before}});
              long_answers_.end_turn();
            },
            [this, who](const caf::error& why) {
              answers_.fail(who, to_rpc_error(why));
              long_answers_.end_turn();
            });
  });
}

void log_answers::drop(std::uint64_t connection) {
  of_solvers_.drop(connection);
}

} // namespace lockstep
