// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/conversation.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace lockstep {

/// How far `control up` is with a machine.
enum class host_state : unsigned char { connecting, sending, starting, joining, up, failed };

/// One machine's way up, without clock, process or socket: events in, commands out.
///
///     connecting ── have ──────────────► starting ── started ──► joining ── joined ──► up
///         │ need                            ▲                       ▲
///         └──► sending ── all sent ─────────┘      running ─────────┘ (from connecting)
///
///     and from each but up: failed, for good.
class host_start final : public conversation {
public:
  /// `machine` is what `uname -sm` says here. `make_token` gives a new join token when one is
  /// needed; what it throws fails this machine.
  host_start(std::string machine, std::function<std::string()> make_token);

  host_command on_line(const std::string& line) override;

  void on_sent() override;

  /// The head lists the process host() and pid().
  host_command on_joined(std::uint64_t solvers);

  void on_end(const std::string& how) override;
  host_command give_up(const std::string& why) override;

  [[nodiscard]] host_state state() const { return state_; }
  [[nodiscard]] const std::string& host() const { return host_; }
  [[nodiscard]] std::int64_t pid() const { return pid_; }
  [[nodiscard]] std::uint64_t solvers() const { return solvers_; }
  [[nodiscard]] bool was_running() const { return was_running_; }

  /// Why it failed, with the last lines of the node's log.
  [[nodiscard]] std::string why() const;

private:
  host_command offer_token(bool to_be_sent);
  void take_process(const std::string& said);
  host_command fail(std::string why);

  std::string machine_;
  std::function<std::string()> make_token_;
  host_state state_ = host_state::connecting;
  std::string host_;
  std::int64_t pid_ = 0;
  std::uint64_t solvers_ = 0;
  bool was_running_ = false;
  std::string why_;
  std::vector<std::string> log_;    ///< the newest lines
  std::vector<std::string> others_; ///< ssh's and the machine's own
};

} // namespace lockstep
