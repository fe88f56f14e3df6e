#include "actors/process/freed_memory.hpp"

#include <malloc.h>

namespace lockstep {

void allocate_in_one_place() {
#ifdef __GLIBC__
  ::mallopt(M_ARENA_MAX, 1);
#endif
}

void give_memory_back() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

} // namespace lockstep
