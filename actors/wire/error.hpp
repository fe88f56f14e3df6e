// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lockstep {

/// Lockstep's errors between actors. The numbers are fixed; the JSON-RPC codes for people are
/// made from them in control/.
enum class errc : std::uint8_t {
  no_such_run = 1,
  no_such_model = 2,
  bad_parameter = 3,
  not_finished = 4,
  wrong_state = 5,
  no_such_solver = 6,
  model_refused = 7,
  no_solvers = 8,
  shutting_down = 9,
  limit_exceeded = 10,
  time_limit = 11,
  solver_failed = 12, ///< a solver's constructor threw
  worker_lost = 13,
  transfer_refused = 14, ///< a piece of a payload from another machine
  model_missing = 15,    ///< the machine has not this build of the model
  no_such_node = 16,
};

/// A word for each, as it stands in documents and logs.
std::string to_string(errc code);
bool from_string(std::string_view text, errc& code);
bool from_integer(std::uint8_t number, errc& code);

template <class Inspector>
bool inspect(Inspector& f, errc& x) {
  auto get = [&x] { return static_cast<std::uint8_t>(x); };
  auto set = [&x](std::uint8_t number) { return from_integer(number, x); };
  return f.apply(get, set);
}

} // namespace lockstep
