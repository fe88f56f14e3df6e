// SPDX-License-Identifier: BSD-3-Clause

#pragma once

namespace lockstep {

/// Lets the allocator keep what was freed for the next step, which needs as much again: else it
/// returns vectors of some MiB after each step, and each page of them is made anew. Up to 128 MiB,
/// in vectors of up to 32. All threads of this program allocate in one place then: from the others
/// that glibc has, one for each thread, nothing can be given back. Call it before a second thread
/// allocates.
void keep_freed_memory();

/// Returns what this process has freed to the system: when a run is over.
void give_memory_back();

} // namespace lockstep
