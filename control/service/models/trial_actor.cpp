// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/models/trial_actor.hpp"

#include "actors/loaders/catalogue.hpp"

#include <caf/actor_system.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace lockstep {

trial_actor spawn_trials(caf::actor_system& system) {
  return system.spawn<caf::detached>([]() -> trial_actor::behavior_type {
    return {
        [](const std::string& model, const std::string& search_path) {
          if (model.empty())
            static_cast<void>(list_models(search_path));
          else
            static_cast<void>(find_model(model, search_path));
        },
    };
  });
}

} // namespace lockstep
