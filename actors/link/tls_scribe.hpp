// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/link/link_switch.hpp"
#include "actors/link/tls_link.hpp"

#include <caf/io/network/default_multiplexer.hpp>
#include <caf/io/scribe.hpp>

#include <memory>

namespace lockstep {

/// What CAF's broker reads and writes a link between machines through. Takes the link over; ends
/// with the connection. `off` learns when its descriptor is closed.
caf::io::scribe_ptr make_tls_scribe(caf::io::network::default_multiplexer& multiplexer,
                                    tls_link link, std::shared_ptr<link_switch> off);

} // namespace lockstep
