// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <caf/fwd.hpp>
#include <caf/typed_actor.hpp>

#include <string>

namespace lockstep {

/// Tries and loads libraries for the control actor, on a thread of its own and one after another:
/// a library may take as long as it likes to come up, or never do. What becomes of each file is
/// remembered by the catalogue, so whoever has the answer asks the catalogue, which is quick then.
using trial_actor = caf::typed_actor<
    // All libraries in the folders of this path, or where a name or a path is given first, what has
    // to be looked at for that model.
    caf::result<void>(std::string, std::string)>;

trial_actor spawn_trials(caf::actor_system& system);

} // namespace lockstep
