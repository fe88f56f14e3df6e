// SPDX-License-Identifier: BSD-3-Clause

#pragma once

/// The one include of a model. It needs no CAF:
///
///     #include <lockstep/model.hpp>
///
///     struct counter {
///       explicit counter(const lockstep::seat& seat) : index(seat.index) {}
///       std::size_t square(std::size_t x) { return x * x + index; }
///       std::size_t index;
///     };
///
///     lockstep::json plan(lockstep::team<counter>& counters) {
///       return counters.broadcast<&counter::square>(std::size_t{7});
///     }
///
///     LOCKSTEP_MODEL("counter", counter, plan)

#include <lockstep/json.hpp>
#include <lockstep/parameters.hpp>
#include <lockstep/random_state.hpp>
#include <lockstep/registration.hpp>
#include <lockstep/seat.hpp>
#include <lockstep/step_context.hpp>
#include <lockstep/team.hpp>
