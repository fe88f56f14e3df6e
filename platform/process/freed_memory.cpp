// SPDX-License-Identifier: BSD-3-Clause

#include "platform/process/freed_memory.hpp"

#include <malloc.h>

namespace lockstep {

void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int largest_kept = 32 << 20; // glibc takes no more; larger ones are mapped, each anew
  constexpr int kept_at_end = 128 << 20;
  ::mallopt(M_ARENA_MAX, 1);
  ::mallopt(M_MMAP_THRESHOLD, largest_kept);
  ::mallopt(M_TRIM_THRESHOLD, kept_at_end);
#endif
}

void give_memory_back() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

} // namespace lockstep
