// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string>

namespace lockstep {

/// What is to be done with the session of a machine, in this order.
struct host_command {
  std::string text;          ///< to be sent
  bool send_program = false; ///< and then the program's bytes
  bool close_input = false;  ///< the script may end: it keeps what it was told to keep
};

/// Our part of what is said with a script on another machine, without clock, process or socket:
/// events in, commands out.
class conversation {
public:
  virtual ~conversation() = default;

  virtual host_command on_line(const std::string& line) = 0;

  /// All bytes of the program are on their way.
  virtual void on_sent() {}

  /// The session ended by itself, as `how` says.
  virtual void on_end(const std::string& how) = 0;

  /// A time limit, an interrupt, a lost head.
  virtual host_command give_up(const std::string& why) = 0;
};

} // namespace lockstep
