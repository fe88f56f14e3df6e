// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/process/unique_descriptor.hpp"

#include <caf/io/network/default_multiplexer.hpp>
#include <caf/io/scribe.hpp>

namespace lockstep {

/// A stream to another process of this machine, for a broker of CAF's; what comes may name shared
/// memory. CAF's own scribe asks for an IP address and aborts without one.
caf::io::scribe_ptr make_descriptor_scribe(caf::io::network::default_multiplexer& multiplexer,
                                           unique_descriptor socket);

/// The same for a broker of this system.
caf::io::scribe_ptr make_descriptor_scribe(caf::actor_system& system, unique_descriptor socket);

} // namespace lockstep
