// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/output/captured_output.hpp"
#include "platform/process/unique_descriptor.hpp"

#include <tl/expected.hpp>

#include <sys/types.h>

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace lockstep {

/// What the head's process, its node and its plans print to standard output. Standard output is
/// taken over: what is printed goes on to where it went before, and its newest part is kept. Where
/// nobody reads there it is dropped, so that nobody waits for that. kept() and print() may be
/// called from any thread, the rest from one.
class head_output {
public:
  /// Throws std::system_error where there are no descriptors.
  head_output();
  ~head_output();
  head_output(const head_output&) = delete;
  head_output& operator=(const head_output&) = delete;

  [[nodiscard]] const captured_output& kept() const { return kept_; }

  /// Passes on what a process of the head has printed. It has gone where it goes when this returns,
  /// which is after 200 ms at most.
  void print(std::string_view text);

  /// Prints a line before others print. Why it could not be written, if somebody is there to whom
  /// that can be of use: whoever has gone, or does not read, is told nothing.
  tl::expected<void, std::string> say(std::string line);

  /// Standard output is what it was, and all that was printed has gone there.
  void give_back();

private:
  void pass_on();
  bool pass_on_once();
  bool pass_on(std::string_view text);
  ssize_t write_without_waiting(std::string_view text);

  static constexpr std::size_t kept_bytes = std::size_t{1} << 20U;

  captured_output kept_{kept_bytes};
  std::mutex writing_; ///< what is printed goes on in the order in which it is kept
  unique_descriptor before_;
  unique_descriptor output_; ///< to where before_ goes, and without waiting
  /// Somebody took what was written last, or has not been asked. Guarded by writing_.
  bool reads_ = true;
  unique_descriptor printed_; ///< read end of what is standard output now
  unique_descriptor end_;     ///< readable when it is given back
  std::thread thread_;
};

} // namespace lockstep
