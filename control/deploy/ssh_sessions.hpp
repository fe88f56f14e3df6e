// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/conversation.hpp"
#include "control/deploy/remote_session.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// How SSH sessions are held.
struct session_settings {
  std::vector<std::string> ssh; ///< see ssh_arguments
  std::size_t parallel = 8;     ///< sessions at once
  std::chrono::milliseconds silence_limit{30'000};
  int program = -1; ///< the file that may be sent
  std::uint64_t program_bytes = 0;
};

/// A machine to talk with. `talk` must outlive the sessions.
struct session_job {
  std::string target;
  std::string script;
  conversation* talk = nullptr;
};

/// Holds conversations with many machines at once, on the caller's thread.
class ssh_sessions {
public:
  ssh_sessions(session_settings settings, std::vector<session_job> jobs);

  /// Waits up to 100 ms for something to happen, and sees to it. False once every session is over.
  bool turn();

  /// Does what a job's conversation wants outside of its own events.
  void carry_out(std::size_t job, const host_command& command);

  /// Gives all of them up; those that have not begun are not begun.
  void give_up(const std::string& why);

  [[nodiscard]] bool has_begun(std::size_t job) const { return members_[job].begun; }
  [[nodiscard]] bool is_over(std::size_t job) const { return members_[job].over; }
  [[nodiscard]] std::uint64_t bytes_sent(std::size_t job) const;

private:
  using clock = std::chrono::steady_clock;

  struct member {
    session_job job;
    std::optional<remote_session> session;
    bool begun = false;
    bool over = false;
    clock::time_point heard;                 ///< when something came or went the last time
    std::optional<clock::time_point> closed; ///< since when its script may end
    std::uint64_t sent = 0;
  };

  void begin_some();
  void begin(member& one);
  void wait();
  void serve(std::size_t job);
  void watch_sending(member& one);
  void watch_time(std::size_t job);

  session_settings settings_;
  std::vector<member> members_;
};

} // namespace lockstep
