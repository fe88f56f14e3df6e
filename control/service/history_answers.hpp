// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/service/calls/call_answers.hpp"
#include "control/service/calls/control_handle.hpp"
#include "control/service/calls/head_purpose.hpp"
#include "control/service/calls/lane.hpp"
#include "control/service/result_waits.hpp"
#include "control/service/text_actor.hpp"

#include "actors/system/alarm_clock.hpp"

#include <chrono>
#include <cstdint>
#include <set>
#include <variant>

namespace lockstep {

/// What is read of the history.
using history_question =
    std::variant<get_run, list_runs, get_result, list_steps, list_reports, timeline_wish>;

/// Answers calls that read the history. The controller, on the thread that carries steps, gives a
/// view in no time. Its text is made by the text actor where it is long; of such calls one at a
/// time is worked on, and connections take turns.
///
/// A member of the control actor's state, for its thread. It must live as long as the actor: what
/// others answer comes back to it.
class history_answers {
public:
  /// All references must outlive it. `long_answers` is shared with whatever else takes long.
  history_answers(control_actor::pointer self, controller_actor controller, text_actor text,
                  call_answers& answers, lane& long_answers, head_purpose& purpose);
  history_answers(const history_answers&) = delete;
  history_answers& operator=(const history_answers&) = delete;

  /// Waits so long for the end of the run where only its result is asked for.
  void read(const caller& who, const history_question& wanted,
            std::chrono::milliseconds wait = std::chrono::milliseconds{0});

  /// Even a look at them walks them all, so it has its turn.
  void list(const caller& who, const list_runs& wanted);

  /// What a call that changed a run, and stands in the audit already, is answered with.
  void describe(const caller& who, const run_info& run);

  /// Forgets who waits of a connection that is gone; its calls in the lane are the lane's.
  void drop(std::uint64_t connection);

private:
  struct reading {
    caller who;
    history_question wanted;
    std::chrono::milliseconds wait{0}; ///< for the end of the run
  };
  enum class due : std::uint8_t { waits };

  void read(const reading& asked);
  void read_in_turn(const reading& asked);
  template <class Use, class Refuse>
  void look(const history_question& wanted, Use use, Refuse refuse);
  template <class Found>
  void give_in_turn(const reading& asked, const Found& found);
  void refused_in_turn(const reading& asked, const caf::error& why);
  void give(const reading& asked, const std::string& text);
  void await_end(const reading& asked);
  void look_at_waits();
  void wake_for_waits();

  control_actor::pointer self_;
  controller_actor controller_;
  text_actor text_;
  call_answers& answers_;
  lane& long_answers_;
  head_purpose& purpose_;
  result_waits waits_;
  std::set<run_id> awaited_; ///< the controller will tell of their end
  alarm_clock<due> alarm_{self_, [this](due) { look_at_waits(); }};
};

} // namespace lockstep
