// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/waiting/waiting_facts.hpp"
#include "actors/wire/control/waiting_messages.hpp"

namespace lockstep {

/// Why the run does not get on, with its sentence.
///
/// Invariants:
///   WA-1  reached, computing, not_begun and unknown add up to the solvers of the step under way;
///   WA-2  whoever's node has answered has reached the barrier, whatever its worker says;
///   WA-3  a worker that speaks of another run, solver or later step is not known;
///   WA-4  of ties the lowest index comes first;
///   WA-5  numbers are finite, and fractions from 0 to 1, whatever a worker says.
run_waiting waiting_of(const waiting_facts& facts);

} // namespace lockstep
