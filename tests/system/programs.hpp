// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/connection.hpp"
#include "platform/process/child_process.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// What a program printed and how it ended.
struct ended_program {
  int exit_code = -1; ///< -1 if a signal ended it
  std::string output; ///< stdout and stderr
};

/// Runs `control` with these words to its end.
ended_program run_control(const std::vector<std::string>& words);

/// What a program whose output is captured prints until it ends.
ended_program to_its_end(child_process child);

/// Starts "control" or "node", or the program of a path, with these words, its output captured or
/// shown.
child_process start_program(const std::string& name, const std::vector<std::string>& words,
                            bool capture);

/// Starts `control` with these words, its output captured.
child_process start_control(const std::vector<std::string>& words);

/// Waits until something is so; false after `limit`. For what another process does on its own.
bool becomes_true(const std::function<bool()>& condition,
                  std::chrono::milliseconds limit = std::chrono::seconds{10});

bool is_alive(pid_t pid);

/// The process and all that descend from it.
std::vector<pid_t> family_of(pid_t pid);

/// TCP ports on which these processes listen.
std::vector<int> listening_ports(const std::vector<pid_t>& pids);

/// A real head with a real node and workers, in a folder of its own, gone with this object.
class running_head {
public:
  /// Returns once so many nodes are there. `circumstances`: what a shell does before it becomes the
  /// head ("ulimit -f 64").
  explicit running_head(std::vector<std::string> options = {"--solvers", "2"},
                        std::size_t nodes = 1, const std::string& circumstances = {});
  ~running_head();
  running_head(const running_head&) = delete;
  running_head& operator=(const running_head&) = delete;

  [[nodiscard]] pid_t pid() const { return child_.pid; }
  [[nodiscard]] const address& where() const { return where_; }
  /// What its connection file says.
  [[nodiscard]] const json& told() const { return told_; }
  [[nodiscard]] std::string connection_file() const { return folder_ / "connection.json"; }
  [[nodiscard]] connection connect() const { return connection{where_}; }

  /// Waits for its end. None after `limit`.
  std::optional<child_exit> wait(std::chrono::milliseconds limit);

  /// The process of the node, and of the worker at a solver's position.
  pid_t node_pid();
  pid_t worker_pid(std::size_t solver);

  /// Starts a run of the model "misbehaving". Gives its id.
  std::string start(const std::string& what, json params = json::object());

  /// Waits for a run's end and gives what runs.result does.
  json result_of(const std::string& run);

private:
  std::filesystem::path folder_;
  child_process child_;
  bool reaped_ = false;
  json told_;
  address where_;
};

} // namespace lockstep
