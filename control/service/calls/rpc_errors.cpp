// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/calls/rpc_errors.hpp"

#include "actors/wire/handles.hpp"

#include <array>
#include <string>

namespace lockstep {

namespace {

/// By errc's number: the code, and the sentence where the error brings none of its own.
constexpr std::array<std::pair<int, const char*>, 17> table{{
    {rpc_code::internal_error, "An error without a number."},
    {rpc_code::no_such_run, "There is no such run."},
    {rpc_code::no_such_model, "There is no such model."},
    {rpc_code::bad_parameter, "A parameter of the model is wrong."},
    {rpc_code::not_finished, "The run is not over yet."},
    {rpc_code::wrong_state, "The run's state does not allow this."},
    {rpc_code::no_such_solver, "There is no such solver."},
    {rpc_code::model_refused, "The model was refused."},
    {rpc_code::no_solvers, "There are not enough solvers."},
    {rpc_code::shutting_down, "The system is terminating and takes nothing new."},
    {rpc_code::limit_exceeded, "This is more than a limit allows."},
    {rpc_code::time_limit, "There was no answer in time."},
    {rpc_code::internal_error, "A solver failed."},
    {rpc_code::internal_error, "A worker was lost."},
    {rpc_code::internal_error, "A payload from another machine was refused."},
    {rpc_code::model_refused, "A machine has not this build of the model."},
    {rpc_code::no_such_node, "There is no such node."},
}};

} // namespace

rpc_error to_rpc_error(const caf::error& why) {
  if (why.category() == caf::type_id_v<errc>) {
    const auto& [code, sentence] = table.at(why.code());
    const auto& context = why.context();
    if (!context.match_elements<std::string>())
      return make_rpc_error(code, sentence);
    const auto& said = context.get_as<std::string>(0);
    return make_rpc_error(code, said + (said.ends_with('.') ? "" : "."));
  }
  if (why == caf::sec::request_timeout)
    return make_rpc_error(rpc_code::time_limit, "There was no answer in time.");
  if (why == caf::sec::request_receiver_down || why == caf::exit_reason::user_shutdown)
    return make_rpc_error(rpc_code::shutting_down, "The system is terminating.");
  return make_rpc_error(rpc_code::internal_error, "Between actors: " + caf::to_string(why) + ".");
}

} // namespace lockstep
