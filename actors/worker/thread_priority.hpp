// SPDX-License-Identifier: BSD-3-Clause

#pragma once

namespace lockstep {

// What Linux is told about the calling thread and all that it starts later. None of it needs a
// privilege; a kernel that does not know of slices (before 6.12) ignores them.

/// For threads that answer and pass messages on. Short time slices: who has less to do than others
/// is not kept waiting by them. An empty step of two solvers takes a fifth less with it.
void answer_promptly();

/// For threads that compute: every other thread of this program gets the core at once, and the
/// thread keeps its share of the core beside other programs.
///
/// Niceness 10: not 19, which beside other programs leaves a solver one or two per cent of its
/// core, and 10 still ten. The usual time slices: with long ones it would wait long for its turn
/// there.
void compute_in_background();

} // namespace lockstep
