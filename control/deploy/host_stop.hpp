// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/conversation.hpp"

#include <string>

namespace lockstep {

/// One machine's way down: what stop_script says of it.
class host_stop final : public conversation {
public:
  enum class outcome : unsigned char { open, ended, none, failed };

  host_command on_line(const std::string& line) override;
  void on_end(const std::string& how) override;
  host_command give_up(const std::string& why) override;

  [[nodiscard]] outcome result() const { return result_; }
  [[nodiscard]] const std::string& pid() const { return pid_; } ///< of what was ended
  [[nodiscard]] const std::string& why() const { return why_; } ///< it failed

private:
  outcome result_ = outcome::open;
  std::string pid_;
  std::string why_;
  std::string others_; ///< ssh's and the machine's own last line
};

} // namespace lockstep
