#include "control/service/check_actor.hpp"

#include "actors/loaders/catalogue.hpp"
#include "actors/loaders/parameter_check.hpp"

#include <caf/actor_system.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace lockstep {

namespace {

caf::result<packed_json, std::string> checked(const model_reference& wanted, const json& given) {
  const auto found = find_model(wanted);
  if (const auto* refused = std::get_if<refused_library>(&found))
    return {packed_json{}, "Model library " + refused->path + ": " + refused->why + "."};
  const auto& entry = *std::get<known_model>(found).entry;
  const auto full = checked_parameters(entry, given);
  if (const auto* bad = std::get_if<bad_parameter>(&full))
    return {packed_json{}, to_sentence(*bad, entry.name())};
  return {packed_json{std::get<json>(full)}, std::string{}};
}

} // namespace

check_actor spawn_checks(caf::actor_system& system) {
  return system.spawn<caf::detached>([]() -> check_actor::behavior_type {
    return {
        [](const model_reference& wanted, const json& given) { return checked(wanted, given); }};
  });
}

} // namespace lockstep
