// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/rpc/error.hpp"
#include "control/rpc/role.hpp"

#include <lockstep/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The one table of what a client may call. It checks parameters, proposes the nearest name for a
/// mistyped one, and is what rpc.discover answers; the control actor switches over method_id.

namespace lockstep {

enum class method_id : std::uint8_t {
  rpc_discover,
  session_authenticate,
  system_describe,
  system_terminate,
  nodes_list,
  nodes_drain,
  solvers_list,
  solvers_status,
  solvers_logs,
  models_list,
  models_describe,
  runs_start,
  runs_list,
  runs_get,
  runs_result,
  runs_reports,
  runs_steps,
  runs_timeline,
  runs_logs,
  runs_waiting,
  runs_pause,
  runs_resume,
  runs_cancel,
  events_subscribe,
  events_unsubscribe,
};

enum class param_type : std::uint8_t { integer, number, boolean, string, object, string_list };

/// What a parameter's value makes the head read and load.
enum class param_reach : std::uint8_t {
  nothing,
  library, ///< where it holds a '/', that file, which is code: for admins
  folders  ///< libraries in these folders: for admins who are the head's own user on its machine
};

struct param_spec {
  std::string_view name;
  param_type type = param_type::string;
  bool required = false;
  std::string_view description;
  json fallback = nullptr;                    ///< null: none, the member stays away
  std::int64_t minimum = 0;                   ///< of integers and numbers
  std::int64_t maximum = INT32_MAX;           ///< of integers and numbers
  std::vector<std::string_view> choices = {}; ///< of strings and of members of a list; empty: any
  param_reach reach = param_reach::nothing;   ///< of strings
};

/// What a method answers: a name and a sentence for people, a JSON schema for programs.
struct result_spec {
  std::string_view name;
  std::string_view description;
  json schema;
};

struct method_spec {
  method_id id{};
  access_role role{}; ///< that the caller must at least have
  std::string_view name;
  std::string_view summary;
  std::vector<param_spec> params; ///< in the order in which they may be given by position
  result_spec result;
  std::vector<int> errors;     ///< codes beside those of JSON-RPC itself
  std::string_view alias = {}; ///< another name for the same; empty: none
};

/// The table. Built once; safe to read from any thread.
const std::vector<method_spec>& methods();

/// The method of this name or alias, or nullptr.
const method_spec* find_method(std::string_view name);

/// The row of `id`.
const method_spec& find_method(method_id id);

/// The answer to a call of a method that does not exist; names the nearest one that does.
rpc_error unknown_method(std::string_view name);

/// Kinds of events, as in events.subscribe.
const std::vector<std::string_view>& event_kinds();

} // namespace lockstep
