#pragma once

#include "actors/loaders/library_actor.hpp"
#include "actors/node/worker_source.hpp"
#include "actors/payload/payload_link.hpp"
#include "actors/rules/node/start_attempts.hpp"
#include "actors/rules/reduction.hpp"
#include "actors/rules/step_join.hpp"
#include "actors/system/alarm_clock.hpp"
#include "actors/wire/handles.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// The state of a node actor. It runs no code of a model and never blocks, so a crash of a model's
/// code ends a worker only, and status and cancel get through whatever happens.
///
/// A slot's worker, of which there is one more while the next run's is prepared:
///
///     starting ── joined ──► fresh ── solver constructed ──► serving ── run over ──► parting
///         ▲                    │                                │
///         └────────────────────┴────────────── died ────────────┘
///
/// Where workers stay, the end of a run makes a serving one fresh again.
///
/// A run on this node: absent ► preparing ► standing ► absent, and broken once one of its solvers
/// is gone: every later step of it is answered with that failure.
class node_actor_state {
public:
  using self_pointer = node_actor::pointer;

  node_actor_state(self_pointer self, controller_actor controller, node_description description,
                   std::shared_ptr<worker_source> workers);

  node_actor::behavior_type make_behavior();

  static inline const char* name = "lockstep.node";

private:
  struct worker {
    std::int64_t pid = 0;        ///< 0 while none has joined
    front_actor front;           ///< empty while there is none that may be used
    run_id served;               ///< the run that it has had a solver of; 0 while it is fresh
    model_reference loaded = {}; ///< what it was told to load ahead
    std::uint64_t computing = 0; ///< tasks handed over and not answered
  };

  struct slot : worker {
    worker next;           ///< takes the place when the run is over
    bool starting = false; ///< one that has not joined yet
    std::uint64_t restarts = 0;
    start_attempts attempts; ///< that ended before a worker had joined
    std::string start_log;   ///< the last lines at the last of them
  };

  /// A worker whose run is over, and which has not ended yet.
  struct parting_worker {
    std::size_t slot;
    std::int64_t pid;
    bool killed; ///< by this node, now that its solver is gone or took too long
  };

  static constexpr std::int64_t every_worker = -1;

  /// What is left of the run before. A solver is constructed only where nothing is.
  enum class leftovers : std::uint8_t { none, workers, descendants };

  /// In this order. Up to `waiting` nothing is handed out, and a worker may end and be replaced.
  enum class phase : std::uint8_t {
    fetching,     ///< the model's library
    waiting,      ///< for workers that have not joined yet
    constructing, ///< solvers
    computing,    ///< the step
    combining     ///< the answers of a reduce
  };

  /// What there is a deadline for; only the farewell is of the run before.
  enum class due : std::uint8_t { workers, step, grace, fresh, farewell };

  struct step_under_way {
    phase now;
    node_step asked;
    step_join join;
    caf::typed_response_promise<node_answer> promise;
    std::vector<subtree> pieces;        ///< of a reduce
    std::uint64_t slices = 1;           ///< of each piece
    std::vector<blob> uncombined;       ///< answers of a reduce while they are combined
    std::vector<double> solver_seconds; ///< of the computing, while it combines
    std::chrono::steady_clock::time_point combining_since{};
  };
  using step_pointer = std::shared_ptr<step_under_way>;

  struct current_run {
    prepare_run asked;       ///< run 0 where there is none
    std::uint64_t first = 0; ///< slot i has solver first + i
    std::size_t count = 0;   ///< solvers
    std::optional<step_failure> broken;
    std::uint64_t stopped = 0; ///< steps up to this number have failed elsewhere
    step_pointer step;
    std::vector<blob> sent;   ///< the last answers, which the controller may not have opened yet
    bool going_home = false;  ///< answers are on their way to another machine
    bool lost_worker = false; ///< that had a solver, and so may have left something behind
  };

  // Workers: node_actor_workers.cpp.
  void start_worker(std::size_t index);
  std::int64_t joined(slot_number place, std::int64_t pid, const front_actor& front);
  void take_place(std::size_t index);
  void exited(const worker_exit& ended);
  void worker_died(const worker_exit& ended);
  void start_failed(const worker_exit& ended);
  void fail_if_hopeless();
  bool has_parted(const worker_exit& ended);
  void condemn(std::size_t index);
  void prepare_fresh();
  void start_missing();
  void load_ahead(worker& fresh);
  void exchange_outdated();
  void let_go(std::size_t index);
  void say_farewell(std::size_t index);
  void end_parting(std::int64_t pid);
  void end_leftovers();
  void nothing_is_left();
  void tell_change(worker_change change);

  // Questions, the end: node_actor.cpp.
  void open();
  caf::result<std::vector<solver_status>> status(std::int64_t wait_ms);
  [[nodiscard]] solver_status seen_from_here(std::size_t index) const;
  void fill_in(solver_status& answer) const;
  static node_pulse pulse();
  caf::result<void> stop();
  void end_if_stopped();

  // Runs and steps: node_actor_steps.cpp.
  caf::result<node_answer> prepare(const prepare_run& asked);
  void wait_for_workers();
  void construct_if_all_joined();
  void close(run_id run);
  caf::result<node_answer> begin_step(node_step& asked);
  void hand_out_first(const step_pointer& step);
  void hand_over(const step_pointer& step, const hand_out& work);
  template <class Task>
  void request_from(const step_pointer& step, std::size_t index, Task task);
  void answered(const step_pointer& step, std::size_t index, solver_answer& answer);
  void ask_to_stop(std::uint64_t up_to_number);
  void stop_steps(run_id run, std::uint64_t up_to_number);
  void end_if_at_barrier(const step_pointer& step);
  void combine(const step_pointer& step);
  void deliver(step_under_way& step, std::vector<blob> answers);
  [[nodiscard]] step_failure failure_of(std::size_t index) const;
  void lose_solver(const worker_exit& ended);
  void break_run(std::size_t index, step_failure why);
  /// What the step waited for before it began is not waited for any more: it may end.
  static void wait_no_longer(step_under_way& step);

  // What time ends: node_actor_deadlines.cpp.
  void cancel(run_id run, std::int64_t grace_ms);
  void ring(due what);
  void start_limit_over();
  void time_limit_over();
  void fail_late(std::size_t index, step_failure failed, std::string why);
  void grace_over();
  void kill_computing();

  // Where the head is another machine: node_actor_payloads.cpp.
  caf::result<void> take(const payload_piece& piece);
  void find_library();
  caf::result<void> keep_library(run_id run, const model_reference& model, const blob& library);
  void send_home(caf::typed_response_promise<node_answer> promise, node_answer answer,
                 const std::string& step);
  void give_up_sending();

  self_pointer self_;
  controller_actor controller_;
  node_description description_;
  std::shared_ptr<worker_source> workers_;
  std::optional<node_number> number_;
  std::vector<slot> slots_;
  std::vector<parting_worker> parting_;
  leftovers left_ = leftovers::none;
  current_run run_;
  model_reference last_model_; ///< the newest of which solvers were constructed
  alarm_clock<due> alarm_{self_, [this](due what) { ring(what); }};
  std::shared_ptr<payload_link> link_; ///< null where the head is this machine
  library_service libraries_{library_cache::default_folder()};
  caf_compat::down_watch watch_;
  bool stopping_ = false;
  caf::typed_response_promise<void> stopped_;
};

} // namespace lockstep
