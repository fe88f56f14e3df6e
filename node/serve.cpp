// SPDX-License-Identifier: BSD-3-Clause

#include "node/serve.hpp"

#include "node/renewal.hpp"
#include "node/worker_processes.hpp"

#include "actors/link/descriptor_link.hpp"
#include "actors/link/io_thread_actor.hpp"
#include "actors/node/node_actor.hpp"
#include "actors/system/liveness.hpp"
#include "actors/system/system_configuration.hpp"
#include "actors/wire/limits.hpp"
#include "platform/network/host_name.hpp"
#include "platform/output/log_writer.hpp"
#include "platform/process/child_process.hpp"

#include <lockstep/erased_model.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

namespace lockstep {

namespace {

constexpr std::chrono::seconds stop_limit{3};

constexpr const char* no_head =
    "no head is named: say where it is with --join HOST:PORT (`control token create --join` prints "
    "the line), or --listen HOST:PORT where the head dials; on one machine let `control serve` or "
    "`control run` start it. `node --show-cores` shows what one would use";

/// Whether it was started by a head: a shell's own descriptor of that number is another's.
bool has_link() {
  int domain = 0;
  socklen_t size = sizeof domain;
  return ::getsockopt(link_descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
         domain == AF_UNIX;
}

node_description describe(const worker_processes& workers, const std::string& name) {
  return {host_name(),   ::getpid(), LOCKSTEP_VERSION,     abi_number, workers.cores(),
          !name.empty(), name,       caf_compat::version()};
}

void print_table_row(const worker_process_options& options, slot_number slot, pid_t pid) {
  const auto core = options.bind ? std::to_string(options.places[slot.value]) : "any";
  std::array<char, 80> row{};
  std::snprintf(row.data(), row.size(), "solver %-4u core %-4s pid %d", slot.value, core.c_str(),
                pid);
  write_output_line(row.data());
}

/// The controller over a link, or an exit code.
tl::expected<controller_actor, service_end> connect(caf::actor_system& system,
                                                    const node_options& options, termination& end) {
  caf::expected<caf::strong_actor_ptr> parent{caf::error{}};
  if (options.is_of_cluster()) {
    auto link = reach_head(options.head, end);
    if (!link)
      return tl::unexpected(service_end{service_end::how::no_head, link.error().exit_code});
    parent = connect_to_parent(system, *std::move(link), limits::worker_start);
  } else {
    parent = connect_to_parent(system, link_descriptor, limits::worker_start);
  }
  if (parent)
    return caf::actor_cast<controller_actor>(*parent);
  write_error_line(
      "node: its head has ended, or has not answered within " +
      std::to_string(limits::worker_start / std::chrono::seconds{1}) + " s" +
      (options.is_of_cluster() ? "" : std::string{". If none started it: "} + no_head));
  return tl::unexpected(service_end{
      options.is_of_cluster() ? service_end::how::head_lost : service_end::how::no_head, 1});
}

} // namespace

service_end serve(const node_options& options, const std::vector<int>& places, termination& end,
                  const service_notice& notice) {
  if (!options.is_of_cluster() && !has_link()) {
    write_error_line(std::string{"node: "} + no_head);
    return {service_end::how::no_head, 2};
  }
  prepare_caf();
  // Never destroyed: what is left of it ends with the process.
  auto& configuration = *new system_configuration{options.silence_limit};
  auto& system = *new caf::actor_system{configuration};
  // Ready is who looks for a head: it may take days. What that does is limited in time.
  notice.ready("looking for a head");
  feed_watchdog(end, notice, [](auto) { return true; });
  auto controller = connect(system, options, end);
  if (!controller)
    return controller.error(); // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): as said above
  const worker_process_options worker_options{places, options.bind, options.log_folder};
  const auto workers = std::make_shared<worker_processes>(worker_options);
  workers->on_started = [&](slot_number slot, pid_t pid) {
    print_table_row(worker_options, slot, pid);
  };
  const auto name = options.is_of_cluster() ? options.head.membership.name : std::string{};
  auto node = spawn_on_io_thread<node_actor, node_actor_state>(system, *controller,
                                                               describe(*workers, name), workers);
  const auto linked_since = std::chrono::steady_clock::now();
  // Shared, because an actor that does not end in time outlives this function.
  const auto was_stopped = std::make_shared<std::atomic<bool>>(false);
  node->attach_functor([was_stopped, &end](const caf::error& reason) {
    *was_stopped = !reason;
    end.notify();
  });
  auto& acceptor = *new link_acceptor{system, caf::actor_cast<caf::strong_actor_ptr>(node)};
  workers->connect(node, acceptor);
  caf_compat::anon_send(node, start_node{});
  notice.status("has a head, " + std::to_string(places.size()) + " solvers");
  feed_watchdog(end, notice, [&](auto limit) { return answers(system, node, limit); });
  service_end ended;
  const auto why = options.is_of_cluster() ? wait_and_renew(options.head, end) : end.wait();
  if (why == termination::reason::signal) {
    // Not asked for by the head, which will want to know.
    ended.exit_code = 128 + end.signal();
    caf_compat::anon_send(node, stop_node{});
    end.wait(stop_limit);
  } else if (!*was_stopped) {
    ended = {service_end::how::head_lost, 1, std::chrono::steady_clock::now() - linked_since};
  }
  workers->kill_all();
  return ended;
}

} // namespace lockstep
