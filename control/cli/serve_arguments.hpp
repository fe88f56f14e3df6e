// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/cli/cluster_arguments.hpp"
#include "control/options/serve_options.hpp"

#include <string>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace lockstep {

/// A check of CLI11, which lets a negative number through and wraps it around.
std::string refuse_negative(const std::string& text);

/// Options that are passed on to the node of a head of our own. One for each command that has them;
/// it must outlive the parsing.
struct node_arguments {
  std::string workers, per, bind, log_folder;

  /// Wrong values are refused here, before a node is started that would refuse them.
  void add_to(CLI::App& app, const std::string& name_of_workers = "--workers");

  /// What was given, as the node takes it.
  [[nodiscard]] std::vector<std::string> words() const;
};

/// The options of `control serve`. It must outlive the parsing.
class serve_arguments {
public:
  void add_to(CLI::App& serve);

  /// What they ask for, once they are parsed. Throws usage_error.
  serve_options chosen();

private:
  void add_limits_to(CLI::App& serve);
  void add_doors_to(CLI::App& serve);

  serve_options head_;
  node_arguments node_;
  cluster_arguments cluster_;
  std::string listen_ = "127.0.0.1:8050";
  bool no_node_ = false;
};

} // namespace lockstep
