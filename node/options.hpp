// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "node/cores.hpp"
#include "node/head_link.hpp"

#include "actors/wire/limits.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace lockstep {

/// What the command line of `node` says.
struct node_options {
  std::optional<std::size_t> solvers; ///< none for one per place
  place_per per = place_per::core;
  bool bind = true;
  std::string log_folder;
  bool show_cores = false; ///< print what would be used, and end
  /// For a head on another machine; without either, the head that started this program.
  head_link_options head;
  std::chrono::milliseconds silence_limit = limits::silence;
  [[nodiscard]] bool is_of_cluster() const { return !head.join.empty() || head.listen; }
};

/// `node worker`: be the template of a node's workers.
struct worker_arguments {};

/// The command line understood, or the exit code to end with (help and errors are printed).
std::variant<node_options, worker_arguments, int> read_command_line(int argc, char** argv);

} // namespace lockstep
