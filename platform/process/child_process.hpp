// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/process/unique_descriptor.hpp"

#include <sys/types.h>

#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

/// The descriptor at which a child finds its link to its parent.
inline constexpr int link_descriptor = 3;

/// A program to be started.
struct child_program {
  std::string path;
  std::vector<std::string> arguments; ///< the first is the name that `ps` shows
  /// Environment variables, set only where they are not set already.
  std::vector<std::pair<std::string, std::string>> environment_defaults;
  unique_descriptor link;      ///< becomes link_descriptor in the child; none if empty
  unique_descriptor input;     ///< becomes its stdin; /dev/null if empty
  std::vector<int> cores;      ///< processors it may run on; empty for as they are
  bool capture_output = false; ///< else it writes where its parent does
  bool capture_errors = false; ///< of its stderr alone, where its output is not captured
  bool drop_output = false;    ///< of its stdout alone: nobody gets it
  int death_signal = SIGKILL;  ///< what the thread's end that started it sends it
};

/// A started child: in a process group of its own, and ended when the thread that started it ends.
struct child_process {
  pid_t pid = 0;
  unique_descriptor exited; ///< readable once the process has ended (a pidfd)
  unique_descriptor output; ///< read end of what is captured, non-blocking
};

/// How a process ended.
struct child_exit {
  pid_t pid = 0;
  std::optional<int> signal;
  std::optional<int> exit_code;
};

/// What it did, for a sentence that begins with its name: "was killed by signal 11 (Segmentation
/// fault)" or "ended with exit code 3"
std::string to_string(const child_exit& ended);

/// Starts a program. Throws std::system_error where the system refuses a process or the program
/// cannot be executed (the error is the one of exec).
///
/// The child gets the program's death_signal as soon as the *thread* that called this ends, in
/// whatever way: call it from a thread that lives as long as the child may.
child_process start_child(child_program program);

/// Takes over a child that another process has made for this one, and which is not known as started
/// until then. Throws std::system_error where it cannot be watched; it has ended then.
child_process take_child(pid_t pid, unique_descriptor output);

/// For what a child prints: the read end does not block.
descriptor_pair make_output_pipe();

/// To be called once `exited` is readable.
child_exit reap(const child_process& ended);

/// Whether this process has started or taken it by the above and not reaped it yet. Any thread.
bool is_started_child(pid_t pid);

} // namespace lockstep
