// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/node/node_events.hpp"
#include "actors/rules/node/node_orders.hpp"
#include "actors/rules/node/step_share.hpp"
#include "actors/rules/node/worker_slots.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace lockstep {

/// A run's part on a node, from run_asked to run_closed.
///
///                ┌─ not here ──► without_library      (the run may be asked for again)
///     fetching ──┤
///                └─ found ──► waiting ──► constructing ──► standing ◄──► computing
///                                │             │              │              │
///                                └─ no worker ─┴─ a solver is gone, or is given up ──► broken
///
/// Up to `waiting` nothing is handed out, and a worker may end and be replaced. Once broken, every
/// step is answered with what broke the run.
class node_run {
public:
  /// The slots are free. The others must outlive it.
  node_run(node_events::run_asked asked, worker_slots& slots, worker_starts& starts,
           node_orders& orders);

  /// Its solvers are still to be constructed: workers that join shall load nothing else ahead.
  [[nodiscard]] bool has_no_solvers() const { return now_ < phase::constructing; }

  void find_library(std::uint64_t search);
  void on(const node_events::library_searched& found);
  /// The library is where the model says.
  void wait_for_workers();

  /// Constructs the solvers once all workers are ready.
  void construct_if_ready();
  /// A run that waits for a worker that cannot be started would wait in vain.
  void fail_if_hopeless();

  void step_asked(node_events::step_asked asked);
  /// False where the answer is for a hand-out that is not waited for.
  [[nodiscard]] bool answered(node_events::task_answered& answer);
  void on(const node_events::stop_asked& asked);
  void on(const node_events::cancel_asked& asked);
  void worker_ended(const node_events::worker_ended& end, run_id served);

  /// What time ends.
  void workers_are_late();
  void step_is_late();
  void grace_is_over();

  void close();

private:
  enum class phase : std::uint8_t {
    without_library,
    fetching,
    waiting,
    constructing,
    standing,
    computing,
    broken
  };

  void begin(step_share::phase first, node_events::step_asked asked);
  void settle();
  void deliver(node_commands::answer whole);
  void take_failure(std::size_t member, node_events::task_answered& answer);
  void fail_late(std::optional<std::size_t> member, std::string why);
  void break_run(std::size_t member, step_failure why);
  /// Of the node where no member is at fault.
  [[nodiscard]] step_failure failure_of(std::optional<std::size_t> member) const;

  run_part part_;
  worker_slots& slots_;
  worker_starts& starts_;
  node_orders& orders_;
  phase now_ = phase::without_library;
  std::uint64_t request_ = 0;       ///< that is not answered; 0 for none
  std::uint64_t search_ = 0;        ///< for the library
  std::optional<step_share> share_; ///< while constructing and computing
  std::optional<step_failure> why_broken_;
  std::uint64_t stopped_ = 0; ///< steps up to this number have failed elsewhere
  bool lost_worker_ = false;  ///< that had a solver, and so may have left something behind
};

} // namespace lockstep
