// SPDX-License-Identifier: BSD-3-Clause

#include "node/worker_main.hpp"

#include "actors/link/descriptor_link.hpp"
#include "actors/link/io_thread_actor.hpp"
#include "actors/system/system_configuration.hpp"
#include "actors/worker/solver_actor.hpp"
#include "actors/worker/thread_priority.hpp"
#include "actors/worker/worker_proxy.hpp"
#include "platform/process/child_process.hpp"
#include "platform/process/freed_memory.hpp"
#include "platform/process/orphans.hpp"
#include "platform/process/process_template.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace lockstep {

int worker_main(char* shown_slot) {
  prepare_caf();
  // Up to here once for all workers; from here on in one of them. A node that dies takes its
  // workers along; the kernel sees to it, whatever they compute.
  const auto number = await_copy();
  show_in_argument({shown_slot, std::strlen(shown_slot)}, number);
  // What the solver starts stays below this process as long as it lives: the leftovers of a run
  // that is over cannot be taken for those of another.
  adopt_orphans();
  // What a model prints belongs to its log at the end of each line, not when a buffer is full.
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  answer_promptly();
  keep_freed_memory();
  system_configuration configuration;
  caf::actor_system system{configuration};
  auto parent = connect_to_parent(system, link_descriptor, limits::worker_start);
  if (!parent) {
    std::fprintf(stderr, "worker: the node that started it has ended or does not answer\n");
    std::_Exit(1);
  }
  const auto node = caf::actor_cast<node_actor>(*parent);
  auto cell = std::make_shared<progress_cell>();
  const std::int64_t pid = ::getpid();
  const slot_number slot{static_cast<std::uint32_t>(std::stoul(number))};
  const auto proxy = spawn_on_io_thread<worker_proxy, worker_proxy_state>(
      system, proxy_place{slot, pid, cell, spawn_solver(system, cell), node});
  caf::scoped_actor self{system};
  self->monitor(node);
  caf_compat::request(self.ptr(), node, limits::worker_start, join_as_worker{slot, pid, proxy})
      .receive([](std::int64_t) {},
               [](const caf::error&) {
                 std::fprintf(stderr, "worker: its node does not take it\n");
                 std::_Exit(1);
               });
  self->receive([](const caf::down_msg&) {});
  // The solver may be computing: nothing waits for it.
  std::_Exit(0);
}

} // namespace lockstep
