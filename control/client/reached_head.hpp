// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/client_options.hpp"
#include "control/client/connection.hpp"
#include "control/client/head_process.hpp"

#include <memory>
#include <string>

namespace lockstep {

/// A connection to a head, and the head itself where it is our own.
struct reached_head {
  std::unique_ptr<head_process> own;
  connection link;    ///< ends before `own`, which then has nobody
  json described;     ///< what it says of itself (system.describe)
  bool ends_unneeded; ///< whoever started it did that for a run: it may end when that is over
};

/// The head that `run` is to use: the one that is there, or one that it starts. Throws as
/// connect_to_head() does where the head was chosen, and std::runtime_error where none starts.
reached_head reach_or_start_head(const client_options& options, const run_options& run);

/// One that is started now, whoever else is there.
reached_head start_head(const run_options& run);

/// One that can say which models there are: the head that is there, or one without a node that
/// nobody else finds. Throws as reach_or_start_head() does.
reached_head reach_head_for_models(const client_options& options);

/// The head that is there. Throws as connect_to_head() does.
reached_head reach_head(const client_options& options);

/// Says which head it is, where it is not our own. Throws usage_error where the run's options are
/// for a head that is yet to be started.
void tell_which_head(const reached_head& head, const run_options& run);

/// "the head at 127.0.0.1:8050, process 123, started 10:12 by control serve"
std::string name_of_head(const json& described);

} // namespace lockstep
