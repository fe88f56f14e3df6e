#pragma once

#include "actors/link/descriptor_link.hpp"
#include "actors/process/child_watcher.hpp"

#include <string>
#include <vector>

namespace lockstep {

/// The node that a head starts on its own machine, and starts again when it dies.
class node_process {
public:
  /// `door` leads to the controller and must outlive this. Starts at once.
  node_process(link_door& door, std::vector<std::string> arguments, bool quiet);

private:
  void start(std::chrono::milliseconds delay);
  void ended(const child_exit& how);
  void start_again(const std::string& why);

  link_door& door_;
  std::vector<std::string> arguments_;
  bool quiet_;
  std::uint64_t starts_ = 0;
  std::chrono::steady_clock::time_point started_;
  child_watcher watcher_; // the last member: its thread uses all others
};

/// The node program beside this one: "node" beside "control", "lockstep-node" beside
/// "lockstep-control".
std::string node_program();

} // namespace lockstep
