// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lockstep {

/// Lockstep's errors between actors. The numbers are fixed; the JSON-RPC codes for people are
/// made from them in control/. A caf::error of one often has a sentence as its context. What fails
/// in user code, or by the death of a process, is no error but an answer: a step_failure.
enum class errc : std::uint8_t {
  no_such_run = 1,       ///< there was none of this id, or it is kept no longer
  no_such_model = 2,     ///< today given by nobody: a run of such a model fails instead
  bad_parameter = 3,     ///< of a model; from control's check only
  not_finished = 4,      ///< the run is not over yet
  wrong_state = 5,       ///< the run's or node's state does not allow this
  no_such_solver = 6,    ///< the position is none in the list of solvers
  model_refused = 7,     ///< the library cannot be loaded; from control's check only
  no_solvers = 8,        ///< there are not, and will not be, so many places
  shutting_down = 9,     ///< nothing new is taken
  limit_exceeded = 10,   ///< more than there may be; the sentence says of what
  time_limit = 11,       ///< today given by nobody
  solver_failed = 12,    ///< today given by nobody
  worker_lost = 13,      ///< today given by nobody
  transfer_refused = 14, ///< a piece of a payload from another machine
  model_missing = 15,    ///< the machine has not this build of the model
  no_such_node = 16,     ///< none of this number or name is up
};

/// A word for each, as it stands in documents and logs. Throws std::out_of_range of a number that
/// is none.
std::string to_string(errc code);

/// The error of this word, or number, in `code`; false, and `code` as it was, where there is none.
bool from_string(std::string_view text, errc& code);
bool from_integer(std::uint8_t number, errc& code);

template <class Inspector>
bool inspect(Inspector& f, errc& x) {
  auto get = [&x] { return static_cast<std::uint8_t>(x); };
  auto set = [&x](std::uint8_t number) { return from_integer(number, x); };
  return f.apply(get, set);
}

} // namespace lockstep
