// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/client_options.hpp"

#include <string>

namespace lockstep {

/// Writes the steps of a run that are over as trace events, which Perfetto and chrome://tracing
/// show. The file is there whole or not at all. Exit code.
int write_trace(const client_options& options, const std::string& run, const std::string& file);

} // namespace lockstep
