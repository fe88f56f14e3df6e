// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/client_options.hpp"

#include <lockstep/json.hpp>

#include <string>

namespace lockstep {

/// Long lists are cut, as in "[1, 2, … 1000 values]"; the whole in one line.
std::string shortened(const json& value);

/// "2 solvers, seed 7", of a run object or of what runs.result answers.
std::string told_setting(const json& run);

/// ": waits for r1, place 2 of the queue", of a run object; empty where it does not wait.
std::string told_place(const json& run);

/// Why a result could not be written to this file; empty where it could be now, which is tried in
/// its folder. To be asked before there is a result.
std::string why_no_place_for_result(const std::string& file);

/// Writes a result as JSON. The file is there whole or not at all, unless it is a device or a pipe.
/// Throws std::runtime_error with the name and the reason.
void write_result(const std::string& file, const json& result);

/// Shows what runs.result answers, the same after `run`, `watch` and `result`: the result where
/// there is one, why there is none, and where the time went. The result goes to `file` where that
/// is named, and all of it to standard output where that fails. Exit code.
int show_end_of_run(const client_options& options, const json& ended, const std::string& file = "");

/// The same for `result`: prints nothing but the result, all of it where no person reads it.
int show_result_alone(const client_options& options, const json& ended,
                      const std::string& file = "");

} // namespace lockstep
