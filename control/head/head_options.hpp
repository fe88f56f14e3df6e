// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/options/serve_options.hpp"
#include "platform/certificates/host_names.hpp"

#include <lockstep/json.hpp>

namespace lockstep {

/// What the options say of where the head is reached.
host_names hosts_of(const serve_options& options);

/// As system.describe has them.
json limits_to_json(const serve_options& options);

/// Fewer connections, where there are few descriptors: clients take none that the head itself
/// needs, which could not even tell who they are. Ends the program where there are too few for it.
serve_options within_descriptors(serve_options options);

/// Renews the head's certificate, where there is one, if it was made for other addresses or has
/// expired while no head ran. What goes wrong is told; the head begins all the same.
void refresh_certificate(const serve_options& options);

} // namespace lockstep
