// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/node/node_events.hpp"
#include "actors/rules/node/node_orders.hpp"
#include "actors/rules/node/worker_slots.hpp"
#include "actors/rules/reduction.hpp"
#include "actors/rules/step_join.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lockstep {

/// A node's share of one step, or of the construction of solvers: hands the arguments to the
/// workers of the run's part and joins what they answer. Members of the join are the solvers of the
/// part, in their order.
///
///     constructing ─────────────────────────┐
///     computing ──┬─ anything but a reduce ─┼──► over
///                 └──► combining ───────────┘
class step_share {
public:
  enum class phase : std::uint8_t { constructing, computing, combining };

  static constexpr const char* name_of_construction = "constructor";

  /// `part` and the others must outlive it.
  step_share(phase first, const run_part& part, node_events::step_asked asked, worker_slots& slots,
             node_orders& orders);

  [[nodiscard]] phase now() const { return now_; }
  [[nodiscard]] const node_events::step_asked& asked() const { return asked_; }

  /// Hands out the first tasks.
  void begin();

  /// The member works on just this hand-out.
  [[nodiscard]] bool waits_for(std::size_t member, const task_identity& task) const;

  /// What the member answered; it gets its next task, if there is more to do.
  void answered(std::size_t member, std::vector<blob> answers, double seconds);

  void threw(std::size_t member, step_failure why);

  /// The member will not answer, and nobody else is waited for.
  void give_up(std::size_t member, step_failure why);

  /// It has failed elsewhere: those who compute are waited for.
  void stop() { join_.stop(); }

  [[nodiscard]] bool has_failed() const { return join_.has_failed(); }

  /// Members that have not answered.
  [[nodiscard]] std::vector<std::size_t> unanswered() const { return join_.unanswered(); }

  /// All is answered, and combined if it is to be: `take_answer` may be called, once. To be asked
  /// after every event, because it begins to combine.
  [[nodiscard]] bool is_over();

  [[nodiscard]] node_commands::answer take_answer();

private:
  void hand_over(const hand_out& work);
  void construct(const task_identity& task, worker_key worker);
  void compute(const task_identity& task, worker_key worker, const hand_out& work);
  void combine(const task_identity& task, worker_key worker, const hand_out& work);
  [[nodiscard]] bool is_to_combine() const;
  bool begin_to_combine();
  [[nodiscard]] std::vector<blob> take_answers();

  phase now_;
  const run_part& part_;
  node_events::step_asked asked_;
  worker_slots& slots_;
  node_orders& orders_;
  step_join join_;
  std::vector<std::uint64_t> attempts_; ///< per member what it works on; 0 for nothing
  // Of a reduce, while it combines:
  std::vector<subtree> pieces_;
  std::vector<std::size_t> piece_begins_; ///< in uncombined_
  std::uint64_t slices_ = 1;              ///< of each piece
  std::vector<blob> uncombined_;
  std::vector<double> solver_seconds_; ///< of the computing
  due_time combining_since_{};
};

} // namespace lockstep
