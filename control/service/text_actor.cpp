// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/text_actor.hpp"

#include "control/answers/run_text.hpp"
#include "control/answers/timeline_text.hpp"

#include "actors/worker/thread_priority.hpp"

namespace lockstep {

namespace {

text_actor::behavior_type make_text(text_actor::pointer) {
  compute_in_background();
  return {
      [](const run_info& found) { return to_text(found, page_bytes); },
      [](const run_list& found) { return to_text(found, page_bytes); },
      [](const run_result& found) { return to_text(found, page_bytes); },
      [](const step_list& found) { return to_text(found, page_bytes); },
      [](const report_list& found) { return to_text(found, page_bytes); },
      [](const run_timeline& found) { return to_text(found, page_bytes); },
  };
}

} // namespace

text_actor spawn_text_actor(caf::actor_system& system) {
  return system.spawn<caf::detached>(make_text);
}

} // namespace lockstep
