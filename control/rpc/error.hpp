// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/json.hpp>

#include <array>
#include <string>
#include <string_view>

namespace lockstep {

/// The numbers of all errors that a client of the JSON-RPC can get. They never change.
/// -32768 to -32000 belong to JSON-RPC; of these, -32099 to -32000 are a server's own.
namespace rpc_code {
inline constexpr int parse_error = -32700;
inline constexpr int invalid_request = -32600;
inline constexpr int method_not_found = -32601;
inline constexpr int invalid_params = -32602;
inline constexpr int internal_error = -32603;
inline constexpr int no_such_run = -32001;
inline constexpr int no_such_model = -32002;
inline constexpr int bad_parameter = -32003;
inline constexpr int not_finished = -32004;
inline constexpr int wrong_state = -32005;
inline constexpr int no_such_solver = -32006;
inline constexpr int model_refused = -32007;
inline constexpr int no_solvers = -32008;
inline constexpr int shutting_down = -32009;
inline constexpr int limit_exceeded = -32010;
inline constexpr int time_limit = -32011;
inline constexpr int no_such_subscription = -32012;
inline constexpr int forbidden = -32013;
inline constexpr int unauthenticated = -32014;
inline constexpr int no_such_node = -32015;
} // namespace rpc_code

/// One row of the table of errors: the number, its name and what it means.
struct rpc_code_entry {
  int code;
  std::string_view name;
  std::string_view sentence;
};

/// All errors, for rpc.discover and for the documentation.
inline constexpr std::array<rpc_code_entry, 20> rpc_codes{{
    {rpc_code::parse_error, "parse error", "The line is not valid JSON."},
    {rpc_code::invalid_request, "invalid request",
     "The line is JSON, but not a request: a member is missing or wrong, or the line itself is "
     "too long, too deeply nested or too large a batch."},
    {rpc_code::method_not_found, "method not found", "There is no method of this name."},
    {rpc_code::invalid_params, "invalid params",
     "A parameter of the method is missing, unknown, out of range or of the wrong type."},
    {rpc_code::internal_error, "internal error",
     "Lockstep itself made a mistake; please report it."},
    {rpc_code::no_such_run, "no such run", "No run has this id."},
    {rpc_code::no_such_model, "no such model", "No model of this name is known."},
    {rpc_code::bad_parameter, "bad parameter",
     "A parameter of the model is missing, unknown, out of range or of the wrong type."},
    {rpc_code::not_finished, "not finished", "The run is not over yet, so it has no result."},
    {rpc_code::wrong_state, "wrong state", "The run's state does not allow this."},
    {rpc_code::no_such_solver, "no such solver", "No solver is at this position."},
    {rpc_code::model_refused, "model refused",
     "The model was found but cannot be used: another ABI, another build, or it fails to load."},
    {rpc_code::no_solvers, "no solvers", "There are fewer solvers than the run needs."},
    {rpc_code::shutting_down, "shutting down", "The system is terminating and takes nothing new."},
    {rpc_code::limit_exceeded, "limit exceeded", "More at once than a limit allows."},
    {rpc_code::time_limit, "time limit", "An answer did not come within its time limit."},
    {rpc_code::no_such_subscription, "no such subscription",
     "This connection has no subscription of this number."},
    {rpc_code::forbidden, "forbidden", "The connection's role does not allow this method."},
    {rpc_code::unauthenticated, "unauthenticated",
     "The connection has no role yet: a token is needed, or the one given is not valid."},
    {rpc_code::no_such_node, "no such node", "No node that is up has this number or name."},
}};

/// The row of `code`, or nullptr if it is not one of ours.
constexpr const rpc_code_entry* find_rpc_code(int code) noexcept {
  for (const auto& entry : rpc_codes)
    if (entry.code == code)
      return &entry;
  return nullptr;
}

/// An error on its way to a client.
struct rpc_error {
  int code = rpc_code::internal_error;
  std::string message; ///< one or two sentences: what is wrong, and where
  json data;           ///< null for none; an object that may hold "hint", what to do about it
};

/// Makes an error. A non-empty `hint` says what to do and goes into `data`.
inline rpc_error make_rpc_error(int code, std::string message, std::string hint = {}) {
  rpc_error error{code, std::move(message), nullptr};
  if (!hint.empty())
    error.data = json{{"hint", std::move(hint)}};
  return error;
}

} // namespace lockstep
