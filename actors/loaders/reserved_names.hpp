// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <array>
#include <string>
#include <string_view>

namespace lockstep {

class model;

/// What `control run` and `control start` take for themselves, so that no model gets to see it.
inline constexpr std::array<std::string_view, 18> names_of_run_options{
    "at",      "bind",    "ca",         "cancel-grace", "help",           "json",
    "log-dir", "output",  "own-head",   "per",          "per-node",       "push-models",
    "seed",    "solvers", "time-limit", "token-file",   "wait-for-nodes", "workers"};

/// Why nobody could type one of the model's parameters, and what to do; empty where all can be.
std::string why_not_typed(const model& of);

} // namespace lockstep
