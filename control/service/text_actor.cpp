#include "control/service/text_actor.hpp"

#include "actors/controller/history_view.hpp"
#include "actors/worker/thread_priority.hpp"

namespace lockstep {

namespace {

text_actor::behavior_type make_text(text_actor::pointer) {
  compute_in_background();
  return {
      [](const history_found& found) { return to_text(*found.view, page_bytes); },
  };
}

} // namespace

text_actor spawn_text_actor(caf::actor_system& system) {
  return system.spawn<caf::detached>(make_text);
}

} // namespace lockstep
