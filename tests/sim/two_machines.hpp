// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "tests/sim/slow_wire.hpp"

#include "actors/controller/controller_actor.hpp"
#include "actors/link/descriptor_link.hpp"
#include "actors/node/node_actor.hpp"
#include "actors/node/worker_source.hpp"
#include "actors/system/system_configuration.hpp"

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include <sys/types.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// What the solvers of the far machine saw.
struct far_witness {
  std::mutex mutex;
  std::vector<std::string> library_paths;  ///< of prepare_solver
  std::vector<std::uint64_t> memory_files; ///< inode of each argument, 0 where it lay in none
};

/// The inode of the memory file that a payload lies in, 0 for none.
std::uint64_t memory_file_of(const blob& payload);

/// A node with workers that echo, in an actor system of its own; the step "library" is answered
/// with the path of the model's library.
class far_machine {
public:
  /// Talks to its head through this end of a socketpair.
  far_machine(int descriptor, std::size_t solvers, const std::shared_ptr<far_witness>& witness);
  ~far_machine() { kill_node(); }
  far_machine(const far_machine&) = delete;
  far_machine& operator=(const far_machine&) = delete;

  void kill_node() { caf::anon_send_exit(node_, caf::exit_reason::kill); }

private:
  system_configuration configuration_;
  caf::actor_system system_;
  node_actor node_;
};

/// A head, and a far machine: another actor system, linked by CAF's own protocol over a socketpair.
class two_machines {
public:
  /// Where the far one lives. A process of its own stands in an empty folder, and so does not find
  /// what the head finds by a relative path; its cache is `cache` there.
  enum class far_lives : std::uint8_t { in_this_process, in_its_own };

  explicit two_machines(std::size_t solvers, controller_options options = {},
                        far_lives where = far_lives::in_this_process);
  /// The far one, in this process, is at the other end of this wire, which must live longer.
  two_machines(std::size_t solvers, const slow_wire& wire);
  ~two_machines();
  two_machines(const two_machines&) = delete;
  two_machines& operator=(const two_machines&) = delete;

  /// Queues a run and waits until its plan may begin; the run as it is then or at its end.
  json start_run(lockstep::start_run request);

  /// One step; waits for its barrier.
  plan_answer step(step_call call);

  /// Ends the plan of the run under way.
  void end_plan();

  /// Asks what the solvers do at this moment; gives how long the answer took, in seconds.
  double ask_for_status();

  run_id queue(lockstep::start_run wanted);

  /// A run as people see it.
  json describe(run_id run);

  void kill_far_node() { far_->kill_node(); }

  /// Of a far machine in its own process.
  [[nodiscard]] const std::string& far_folder() const { return far_folder_; }

  const std::shared_ptr<far_witness> witness = std::make_shared<far_witness>();

private:
  struct near_machine {
    system_configuration configuration;
    caf::actor_system system{configuration};
  };

  void start(int near_end, int far_end, std::size_t solvers, controller_options options,
             far_lives where);
  void plan_begun(run_id run);
  void fork_far_machine(int descriptor, int other_end, std::size_t solvers);

  std::string far_folder_;
  pid_t far_process_ = -1;
  std::unique_ptr<near_machine> near_;
  std::mutex mutex_;
  std::condition_variable begun_;
  std::optional<run_id> run_;
  controller_actor controller_;
  std::unique_ptr<link_acceptor> acceptor_;
  std::unique_ptr<far_machine> far_;
};

} // namespace lockstep
