// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/options/serve_options.hpp"

#include <string>

namespace CLI {
class App;
} // namespace CLI

namespace lockstep {

/// What `control serve` says of other machines, as typed.
class cluster_arguments {
public:
  void add_to(CLI::App& serve);

  /// Fills in the head's options; a head of a cluster starts no node of its own unless it is told
  /// to. Throws usage_error.
  void fill_in(serve_options& head) const;

private:
  std::string listen_;
  std::string nodes_file_;
  double silence_s_ = 0;
  bool own_node_ = false;
  bool with_tls_1_2_ = false;
};

} // namespace lockstep
