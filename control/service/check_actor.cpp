#include "control/service/check_actor.hpp"

#include "actors/loaders/catalogue.hpp"
#include "actors/loaders/parameter_check.hpp"

#include <caf/actor_system.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace lockstep {

namespace {

caf::result<packed_json, std::string> checked(const model_reference& wanted, const json& given) {
  const auto found = find_model(wanted);
  if (!found)
    return {packed_json{}, "Model library " + found.error().path + ": " + found.error().why + "."};
  const auto& entry = *found->entry;
  const auto full = checked_parameters(entry, given);
  if (!full)
    return {packed_json{}, to_sentence(full.error(), entry.name())};
  return {packed_json{*full}, std::string{}};
}

} // namespace

check_actor spawn_checks(caf::actor_system& system) {
  return system.spawn<caf::detached>([]() -> check_actor::behavior_type {
    return {
        [](const model_reference& wanted, const json& given) { return checked(wanted, given); }};
  });
}

} // namespace lockstep
