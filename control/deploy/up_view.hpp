// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace lockstep {

/// Prints a line to stderr whenever what is said of a machine changes; what only counts up is
/// said at most once a second, and on a terminal only.
class up_view {
public:
  explicit up_view(std::vector<std::string> targets);

  void say(std::size_t machine, const std::string& text);
  void count(std::size_t machine, const std::string& text);

private:
  void print(std::size_t machine, const std::string& text);

  std::vector<std::string> targets_;
  std::size_t width_ = 0;
  bool counts_;
  std::map<std::size_t, std::string> said_;
  std::map<std::size_t, std::chrono::steady_clock::time_point> counted_;
};

} // namespace lockstep
