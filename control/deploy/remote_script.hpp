// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

/// What `control up` asks of a machine over ssh.
struct remote_start {
  std::string sha256;                    ///< of the node program, 64 hexadecimal digits
  std::uint64_t program_bytes = 0;       ///< its size
  std::string head;                      ///< HOST:PORT that the node dials
  std::vector<std::string> node_options; ///< as in the hosts file
};

/// Every line that a script says to us begins so; what else comes is ssh's, or the machine's
/// hello.
inline constexpr std::string_view remote_prefix = "lockstep: ";

/// The script (POSIX sh, for Linux) that starts a node and leaves it running once we say so.
///
/// It says and asks, line by line:
///
///     machine SYSTEM ARCHITECTURE
///     running PID HOST          a node of ours with the same arguments is there, or
///     have | need               the program is there, or must be sent
///     < token TEXT
///     send                      only after `need`
///     < the program's bytes
///     started PID HOST
///     < up                      the head has it: leave it running
///
/// Whatever goes wrong: `failed WHY`, and the end. After `started`, `log TEXT` (the last lines of
/// the node's log) and `ended` where the node ends. Where its input ends before `up`, it stops
/// the node that it started, and tells its log too.
std::string start_script(const remote_start& wanted);

/// The script that stops what start_script left: says `ended PID`, `none`, or `failed WHY`.
std::string stop_script();

/// The one argument for ssh: takes so many bytes of script from its input and runs them. It holds
/// nothing that any login shell reads in its own way.
std::string remote_command(const std::string& script);

/// A word that sh takes as it is.
std::string shell_word(std::string_view word);

} // namespace lockstep
