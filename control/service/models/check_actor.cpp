// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/models/check_actor.hpp"

#include "actors/loaders/catalogue.hpp"
#include "actors/loaders/parameter_check.hpp"
#include "actors/wire/handles.hpp"

#include <caf/actor_system.hpp>
#include <caf/expected.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace lockstep {

namespace {

caf::expected<packed_json> checked(const model_reference& wanted, const json& given) {
  const auto found = find_model(wanted);
  if (!found)
    return caf::make_error(errc::model_refused,
                           "Model library " + found.error().path + ": " + found.error().why);
  const auto& entry = *found->entry;
  const auto full = checked_parameters(entry, given);
  if (!full)
    return caf::make_error(errc::bad_parameter, to_sentence(full.error(), entry.name()));
  return packed_json{*full};
}

} // namespace

check_actor spawn_checks(caf::actor_system& system) {
  return system.spawn<caf::detached>([]() -> check_actor::behavior_type {
    return {[](const model_reference& wanted, const json& given) -> caf::result<packed_json> {
      return checked(wanted, given);
    }};
  });
}

} // namespace lockstep
