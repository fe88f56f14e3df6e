// SPDX-License-Identifier: BSD-3-Clause

#include "actors/worker/thread_priority.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace lockstep {

namespace {

constexpr int computing_niceness = 10;
constexpr std::uint64_t short_slice_ns = 500'000;
constexpr std::uint64_t usual_slice = 0;

/// What sched_setattr(2) takes, in its first version; the C library has no name for it.
struct scheduling {
  std::uint32_t size = sizeof(scheduling);
  std::uint32_t policy = 0; ///< SCHED_OTHER
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0; ///< with SCHED_OTHER a slice in ns; 0 for the usual
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
};

/// Niceness and slice of the calling thread; the niceness alone where the kernel has no such call,
/// and where the program was given another policy (by chrt, say), which stays.
void schedule(int niceness, std::uint64_t slice_ns) {
  scheduling wanted;
  wanted.nice = niceness;
  wanted.runtime = slice_ns;
  const auto thread = ::syscall(SYS_gettid);
  if (::sched_getscheduler(0) != SCHED_OTHER ||
      ::syscall(SYS_sched_setattr, thread, &wanted, 0U) != 0)
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(thread), niceness);
}

} // namespace

void answer_promptly() {
  schedule(::getpriority(PRIO_PROCESS, 0), short_slice_ns);
}

void compute_in_background() {
  // A program that was started nicer than that stays so.
  schedule(std::max(computing_niceness, ::getpriority(PRIO_PROCESS, 0)), usual_slice);
}

} // namespace lockstep
