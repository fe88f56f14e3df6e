// SPDX-License-Identifier: BSD-3-Clause

#include "actors/wire/error.hpp"

#include <array>
#include <string_view>

namespace lockstep {

namespace {

constexpr std::array<std::string_view, 16> words{
    "no_such_run",   "no_such_model",    "bad_parameter", "not_finished",
    "wrong_state",   "no_such_solver",   "model_refused", "no_solvers",
    "shutting_down", "limit_exceeded",   "time_limit",    "solver_failed",
    "worker_lost",   "transfer_refused", "model_missing", "no_such_node"};

} // namespace

std::string to_string(errc code) {
  return std::string{words.at(static_cast<std::size_t>(code) - 1)};
}

bool from_string(std::string_view text, errc& code) {
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i] == text) {
      code = static_cast<errc>(i + 1);
      return true;
    }
  return false;
}

bool from_integer(std::uint8_t number, errc& code) {
  if (number < 1 || number > words.size())
    return false;
  code = static_cast<errc>(number);
  return true;
}

} // namespace lockstep
