// SPDX-License-Identifier: BSD-3-Clause

#include "control/plans/plan_main.hpp"

#include "actors/loaders/catalogue.hpp"
#include "actors/plan/plan_socket.hpp"
#include "actors/plan/run_plan.hpp"
#include "actors/worker/thread_priority.hpp"
#include "platform/process/child_process.hpp"
#include "platform/process/freed_memory.hpp"
#include "platform/process/orphans.hpp"
#include "platform/process/process_template.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <span>

namespace lockstep {

void plan_main(char* shown_run) {
  const std::span<char> shown{shown_run, std::strlen(shown_run)};
  // Up to here once for all plans; from here on in the process of one. A head that dies takes its
  // plans along; the kernel sees to it, whatever they compute.
  show_in_argument(shown, await_copy());
  // What the plan starts stays below this process as long as it lives, and is the head's to end
  // afterwards.
  adopt_orphans();
  // What a plan prints belongs to the log at the end of each line, not when a buffer is full.
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  answer_promptly();
  keep_freed_memory();
  plan_socket head{link_descriptor};
  // That it cannot be loaded is told by the plan that wants it.
  const auto start = head.begin([](const model_reference& next) { (void)find_model(next); });
  show_in_argument(shown, to_string(start.run));
  auto ended = run_plan(start, head);
  std::cout.flush();
  std::fflush(nullptr);
  head.end(std::move(ended));
  // The plan's own threads may be computing, and what its library made may be in use by them:
  // nothing waits, and nothing is destroyed.
  std::_Exit(0);
}

} // namespace lockstep
