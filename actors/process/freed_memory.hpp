#pragma once

namespace lockstep {

/// Makes all threads of this program allocate in one place. From the others that glibc has, one for
/// each thread, nothing can be given back. Call it before a second thread allocates.
void allocate_in_one_place();

/// Returns what this process has freed to the system. The allocator keeps vectors of up to 32 MiB
/// for the next ones, which is what a run wants and a process between two runs does not.
void give_memory_back();

} // namespace lockstep
