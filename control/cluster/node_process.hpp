// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/link/descriptor_link.hpp"
#include "actors/rules/node/start_attempts.hpp"
#include "platform/output/captured_output.hpp"
#include "platform/process/child_watcher.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace lockstep {

/// The node that a head starts on its own machine, and starts again when it dies.
class node_process {
public:
  /// `acceptor` leads to the controller. It and `children` must outlive this, and the watcher must
  /// have ended before this is destroyed. `on_trouble` is told, on a thread of its own, why the
  /// node cannot be started: a sentence; it is tried again all the same. Starts at once.
  node_process(child_watcher& children, link_acceptor& acceptor, std::vector<std::string> arguments,
               bool quiet, std::function<void(std::string)> on_trouble);

  /// Waits so long for the end of a node that was told to end. It is not started again; what is
  /// left of it ends with the watcher.
  void end(std::chrono::milliseconds limit);

private:
  void start(std::chrono::milliseconds delay);
  void ended(const child_exit& how);
  void start_again(const std::string& why);
  void printed(std::string_view text);
  void lives(bool is_alive);
  [[nodiscard]] bool is_ending() const;

  child_watcher& children_;
  link_acceptor& acceptor_;
  std::vector<std::string> arguments_;
  bool quiet_;
  std::function<void(std::string)> on_trouble_;
  // The watcher's thread only:
  std::chrono::steady_clock::time_point started_;
  start_attempts attempts_;
  std::string last_output_;
  std::string partial_; ///< a line of the node that it has not ended yet
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool lives_ = false;  ///< guarded by mutex_
  bool ending_ = false; ///< guarded by mutex_
};

/// The node program beside this one: "node" beside "control", "lockstep-node" beside
/// "lockstep-control".
std::string node_program();

} // namespace lockstep
