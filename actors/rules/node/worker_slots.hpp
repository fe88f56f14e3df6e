// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/node/departures.hpp"
#include "actors/rules/node/node_events.hpp"
#include "actors/rules/node/node_orders.hpp"
#include "actors/rules/node/worker_starts.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lockstep {

/// The workers in a node's slots. A slot's worker, of which there is one more while the next run's
/// is prepared:
///
///     absent ── joined ──► fresh ── first task ──► serving ── run over ──► parting (departures)
///       ▲                   │                        │ │
///       │                   │          ┌── computes too long ──► evicted
///       └───────────────────┴──────────┴─── has ended ──────────────┘
///
/// Where workers stay, the end of a run makes a serving one fresh again.
class worker_slots {
public:
  /// What a worker's end means for others.
  struct worker_end {
    enum class kind : std::uint8_t {
      of_no_matter, ///< its run was over, or it was prepared for the next
      not_started,  ///< it had not joined
      in_place      ///< the slot has none now; `follow` is to be called
    };
    kind what = kind::of_no_matter;
    run_id served; ///< the run that it had a solver of; 0 for none
  };

  struct assignment {
    worker_key worker;
    std::uint64_t attempt = 0;
  };

  /// A slot as people see it.
  struct view {
    std::int64_t pid = 0;
    std::uint64_t restarts = 0;
    bool is_usable = false;
  };

  worker_slots(std::size_t slots, bool workers_stay, worker_starts& starts, departures& parting,
               node_orders& orders);

  [[nodiscard]] view seen(std::uint32_t slot) const;

  /// A worker that is for no run yet loads ahead what its slot has served last.
  void joined(worker_key who, bool is_for_a_run);
  /// Solvers of this model are about to be constructed.
  void newest_model(const run_part& part);
  worker_end ended(const node_events::worker_ended& end);
  /// After an end in place: the next takes the place, or one is started.
  void follow(std::uint32_t slot);

  /// From now on these are the run's.
  void take(const run_part& part);
  /// The run that has the slot; 0 for none.
  [[nodiscard]] run_id run_of(std::uint32_t slot) const { return slots_[slot].run; }
  /// Lets those go that hold another build of the model.
  void exchange_outdated(const run_part& part);
  /// Starts workers in the run's slots that have none.
  void start_missing(const run_part& part);
  /// Starts workers that will follow those that serve the run, or have served it; after a while.
  void prepare_fresh_later(run_id run);
  void prepare_fresh(run_id run);
  /// Parts with the run's workers; the slots are nobody's. `lost` says that one of them has died.
  void close(const run_part& part, bool lost);

  [[nodiscard]] bool is_usable(std::uint32_t slot) const;
  /// A solver may be constructed there.
  [[nodiscard]] bool is_ready(std::uint32_t slot) const;

  /// The worker is about to get a task of the run.
  assignment assign(std::uint32_t slot, run_id run);
  void answered(std::uint32_t slot, std::uint64_t attempt);
  /// Kills those workers that compute. Their end will be told later; nobody uses them meanwhile.
  void evict_computing(const run_part& part);
  void ask_to_stop(const run_part& part, std::uint64_t up_to_number);

  /// There is no worker in any slot.
  [[nodiscard]] bool is_empty() const;

private:
  struct worker {
    enum class state : std::uint8_t { absent, fresh, serving, evicted };
    std::int64_t pid = 0;
    state now = state::absent;
    run_id served;             ///< the run that it has had a solver of
    model_reference loaded{};  ///< what it was told to load ahead
    std::uint64_t attempt = 0; ///< handed over and not answered; 0 for none
  };
  struct place : worker {
    worker next;              ///< takes the place when the run is over
    run_id run;               ///< that has it
    run_id left_by;           ///< the last that has parted with its worker
    model_reference newest{}; ///< of which a solver was constructed
    std::uint64_t restarts = 0;
  };

  void take_place(std::uint32_t slot);
  void let_go(std::uint32_t slot);
  void release(std::uint32_t slot);
  void evict(std::uint32_t slot);

  bool workers_stay_;
  worker_starts& starts_;
  departures& departures_;
  node_orders& orders_;
  std::vector<place> slots_;
  std::uint64_t last_attempt_ = 0;
};

} // namespace lockstep
