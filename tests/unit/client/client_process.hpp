// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "tests/unit/client/scripted_head.hpp"

#include "control/options/serve_options.hpp"

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace lockstep::test {

/// How a command line ended.
struct client_outcome {
  int code = -1; ///< exit code; 128 plus the number of the signal that ended it
  std::string out;
  std::string err;
};

/// The command line in a process of its own, because it heeds signals and prints to stdout and
/// stderr. A test forks before it starts threads: make this first, then start the head.
class client_process {
public:
  /// Runs `control` with these words. `serve` is what `control serve` does. What it prints goes to
  /// the file `out` where that is named, and is not in the outcome then.
  explicit client_process(
      const std::vector<std::string>& words,
      const std::function<int(const serve_options&)>& serve =
          [](const serve_options&) { return 0; },
      const char* out = nullptr);
  ~client_process();
  client_process(const client_process&) = delete;
  client_process& operator=(const client_process&) = delete;

  void signal(int number) const;

  /// Waits for its end. One that takes longer than `seconds` is killed: its code is then 137.
  client_outcome wait(int seconds = 20);

private:
  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
};

/// Runs a command line that knows where `head` is, and starts the head.
client_outcome run_client(scripted_head& head, std::vector<std::string> words,
                          const char* out = nullptr);

/// Runs a command line that needs no head.
client_outcome run_client(const std::vector<std::string>& words, const char* out = nullptr);

} // namespace lockstep::test
