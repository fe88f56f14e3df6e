#include "node/options.hpp"
#include "node/worker_main.hpp"
#include "node/worker_processes.hpp"

#include "actors/link/io_thread_actor.hpp"
#include "actors/node_actor.hpp"
#include "actors/process/child_process.hpp"
#include "actors/process/descriptor_limit.hpp"
#include "actors/process/termination.hpp"
#include "actors/system_configuration.hpp"
#include "actors/thread_priority.hpp"
#include "actors/wire/limits.hpp"

#include <lockstep/erased_model.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>

namespace lockstep {

namespace {

constexpr std::chrono::seconds stop_limit{3};

int show_cores(const node_options& options, const std::vector<int>& places) {
  const auto usable = find_cores(options.per);
  std::printf("%zu places of this machine may be used%s\n", usable.processors.size(),
              usable.quota
                  ? (", for " + std::to_string(*usable.quota) + " CPUs' worth of time").c_str()
                  : "");
  for (std::size_t i = 0; i < places.size(); ++i)
    std::printf("solver %zu: processor %d\n", i, places[i]);
  return 0;
}

node_description describe(const worker_processes& workers) {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return {host.data(), ::getpid(), LOCKSTEP_VERSION, abi_number, workers.cores()};
}

void print_table_row(const worker_process_options& options, slot_number slot, pid_t pid) {
  const auto core = options.bind ? std::to_string(options.places[slot.value]) : "any";
  std::printf("solver %-4u core %-4s pid %d\n", slot.value, core.c_str(), pid);
  std::fflush(stdout);
}

int serve(const node_options& options, const std::vector<int>& places, termination& end) {
  if (::fcntl(link_descriptor, F_GETFD) < 0) {
    std::fprintf(stderr, "node: it has no head: nodes are started by `control serve` or "
                         "`control run`; `node --show-cores` shows what one would use\n");
    return 2;
  }
  prepare_caf();
  system_configuration configuration;
  caf::actor_system system{configuration};
  auto parent = connect_to_parent(system, link_descriptor, limits::worker_start);
  if (!parent) {
    std::fprintf(stderr, "node: cannot reach its head: %s\n",
                 caf::to_string(parent.error()).c_str());
    std::_Exit(1);
  }
  const worker_process_options worker_options{options.worker_program, places, options.bind,
                                              options.log_folder};
  const auto workers = std::make_shared<worker_processes>(worker_options);
  workers->on_started = [&](slot_number slot, pid_t pid) {
    print_table_row(worker_options, slot, pid);
  };
  const auto node = spawn_on_io_thread<node_actor, node_actor_state>(
      system, caf::actor_cast<controller_actor>(*parent), describe(*workers), workers);
  node->attach_functor([&end] { end.notify(); });
  link_door door{system, caf::actor_cast<caf::strong_actor_ptr>(node)};
  workers->connect(node, door);
  caf_compat::anon_send(node, caf::open_atom_v);
  int code = 0;
  if (end.wait() == termination::reason::signal) {
    // Not asked for by the head, which will want to know.
    code = 128 + end.signal();
    caf_compat::anon_send(node, caf::delete_atom_v);
    end.wait(stop_limit);
  }
  // What is left of the workers ends with this process: see child_watcher.
  std::_Exit(code);
}

} // namespace
} // namespace lockstep

int main(int argc, char** argv) {
  try {
    const auto line = lockstep::read_command_line(argc, argv);
    if (const auto* worker = std::get_if<lockstep::worker_options>(&line))
      return lockstep::worker_main(*worker);
    if (const auto* code = std::get_if<int>(&line))
      return *code;
    const auto& options = std::get<lockstep::node_options>(line);
    const auto places =
        lockstep::places_for_solvers(lockstep::find_cores(options.per), options.solvers);
    if (options.show_cores)
      return lockstep::show_cores(options, places);
    lockstep::answer_promptly();
    lockstep::raise_descriptor_limit();
    lockstep::termination end;
    return lockstep::serve(options, places, end);
  } catch (const std::exception& thrown) {
    std::fprintf(stderr, "node: %s\n", thrown.what());
    return 1;
  }
}
