// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/client_options.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace lockstep {

/// The commands that ask one question and print the answer: a table for people,
/// one line of JSON with
/// `--json`. All give the exit code.
/// Of a run, why it does not get on, and the solvers that it waits for.
int show_status(const client_options& options, const std::string& run);
int list_runs(const client_options& options);
int list_models(const client_options& options);
int describe_model(const client_options& options, const std::string& model);
int list_nodes(const client_options& options);
int drain_node(const client_options& options, const std::string& node);
int show_result_of(const client_options& options, const std::string& run, double wait_seconds,
                   const std::string& file);

/// Without a solver: what plans and the head printed.
int show_logs(const client_options& options, std::optional<std::uint64_t> solver,
              const std::string& plan, bool follow);
int tell_run(const client_options& options, const std::string& method, const std::string& run);
int terminate_system(const client_options& options, bool when_idle);
int call_method(const client_options& options, const std::string& method,
                const std::string& params);

} // namespace lockstep
