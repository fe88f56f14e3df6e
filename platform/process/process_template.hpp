// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/process/child_process.hpp"
#include "platform/process/unique_descriptor.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

/// What tells one copy from the others.
struct process_copy {
  std::string argument;   ///< template_argument_bytes_max at most
  unique_descriptor link; ///< becomes link_descriptor
  std::vector<int> cores; ///< processors it may run on; empty for as they are
};

inline constexpr std::size_t template_argument_bytes_max = 32;

/// Starts many processes of one program quickly: one of them is started by executing it, does what
/// all have to do first, and waits; each of the others is a copy of it, which begins where it
/// waits. A copy costs a tenth of an execution, and shares its memory until it writes to it.
///
/// For one thread, which must live as long as the copies may: they are its children as those of
/// start_child are, and end with it. The template itself is started with the first copy, and again
/// where it has died.
class process_template {
public:
  /// `program` gives what the template executes, without a link; its main function has to come to
  /// await_copy().
  explicit process_template(std::function<child_program()> program);

  /// Ends the template, not its copies.
  ~process_template();
  process_template(const process_template&) = delete;
  process_template& operator=(const process_template&) = delete;

  /// Starts the template where there is none, so that the first copy finds it ready. Throws
  /// std::system_error.
  void prepare();

  /// A new process of which stdout and stderr are captured. Throws std::system_error; after that no
  /// process has the link. May wait for a template that does not answer: 10 s for its first answer,
  /// 3 s for others.
  child_process copy(process_copy wanted);

  /// Of the copy itself, which is then known to stand; of the template where it could make none.
  struct answer_to_request {
    std::uint64_t number;
    pid_t pid;
    int error; ///< errno; 0 where all went well
  };

private:
  void start();
  std::string end(); ///< how, and its last words
  bool ask(const process_copy& wanted, int output);
  std::optional<answer_to_request> answer();
  [[noreturn]] void give_up(const process_copy& wanted, int why);

  std::function<child_program()> program_;
  std::chrono::milliseconds limit_; ///< of the next answer
  child_process process_;           ///< pid 0 while there is none
  unique_descriptor wire_;
  std::uint64_t asked_ = 0;
};

/// Lets `ps` show a text in the place that a command-line argument has; what has no room is left
/// out.
void show_in_argument(std::span<char> place, std::string_view text);

/// In the template: waits until a copy is wanted, and returns in that copy with its argument. Not
/// in the template itself, which ends once nobody can want a copy any more. The process must have
/// no other thread.
std::string await_copy();

} // namespace lockstep
