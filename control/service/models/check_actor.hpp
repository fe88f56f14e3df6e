// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/model_reference.hpp"
#include "actors/wire/packed_json.hpp"

#include <lockstep/json.hpp>

#include <caf/fwd.hpp>
#include <caf/typed_actor.hpp>

namespace lockstep {

/// Checks the parameters of runs for the control actor, in the order in which they are given, on a
/// thread of its own: a model's check and the file systems of files may take as long as
/// parameter_check.hpp allows.
using check_actor = caf::typed_actor<
    // The parameters, defaults filled in. Errors model_refused and bad_parameter, with a sentence.
    caf::result<packed_json>(model_reference, json)>;

check_actor spawn_checks(caf::actor_system& system);

} // namespace lockstep
