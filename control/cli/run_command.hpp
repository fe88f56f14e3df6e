// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/client_options.hpp"

namespace lockstep {

/// `control run`: runs a model and prints its result; with no head there, on
/// one of its own. Exit code.
int run_model(const client_options& options, run_options run);

/// `control start`: queues a run and prints its id. Exit code.
int start_model(const client_options& options, run_options run);

/// `control watch`: shows a run, the newest if none is named, until it is over.
/// Exit code.
int watch_run(const client_options& options, const std::string& run);

} // namespace lockstep
