// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/handles.hpp"

#include <caf/actor_system.hpp>

#include <cstddef>
#include <string>

namespace lockstep {

/// Makes JSON text of what the history holds, which takes long: on a thread of its own, whose
/// priority is below that of all who answer and carry steps.
using text_actor = caf::typed_actor<
    // Control: see run_text.hpp.
    caf::result<std::string>(run_info), caf::result<std::string>(run_list),
    caf::result<std::string>(run_result), caf::result<std::string>(step_list),
    caf::result<std::string>(report_list),
    // Control: see timeline_text.hpp.
    caf::result<std::string>(run_timeline)>;

/// A list in an answer has at most so many bytes; there is more where a client asks again.
inline constexpr std::size_t page_bytes = std::size_t{1} << 20U;

text_actor spawn_text_actor(caf::actor_system& system);

} // namespace lockstep
