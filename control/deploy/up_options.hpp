// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/deploy/hosts_file.hpp"
#include "control/deploy/ssh_sessions.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace lockstep {

/// What `control up` and `control down` are told.
struct up_options {
  std::string hosts_file;
  std::string head;         ///< HOST:PORT that nodes dial; empty: what the head says of itself
  std::string ssh = "ssh";  ///< program and first arguments
  std::string pki_folder;   ///< where join tokens are made; empty for the usual one
  std::size_t parallel = 8; ///< machines at once
  double wait_seconds = 30; ///< a machine may be silent so long, and take so long to join
};

/// The options of both commands, and those of `up` alone.
void add_ssh_options(CLI::App& command, up_options& up);
void add_join_options(CLI::App& command, up_options& up);

std::vector<std::string> targets_of(const std::vector<host_line>& hosts);

/// Throws usage_error where there is no such ssh.
session_settings session_settings_of(const up_options& up);

/// How the program ends: `interrupted` tells a failure from an interrupt.
int exit_code_of_sessions(bool all_well);

} // namespace lockstep
