// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/network/address.hpp"

#include "control/client/output_relay.hpp"
#include "platform/process/child_process.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// A head that `control run` starts for itself. It ends with it in whatever way it ends, unless
/// others still want runs of it.
class head_process {
public:
  /// Starts `control serve` from this program's own file, with these further arguments, and waits
  /// until it listens: at `wanted`, or at another port where that is taken. What it prints goes to
  /// our standard error. Throws std::runtime_error.
  head_process(const address& wanted, const std::vector<std::string>& arguments);

  /// Tells the head that it may go. Waits for its end, and kills it if that takes too long; says so
  /// where it goes on for others.
  ~head_process();
  head_process(const head_process&) = delete;
  head_process& operator=(const head_process&) = delete;

  [[nodiscard]] const address& where() const { return where_; }

  /// How it ended, as a sentence, where it ends within a second; it cannot be asked again.
  std::optional<std::string> end();

private:
  bool start(const address& wanted, const std::vector<std::string>& arguments);
  void give_up();

  address where_;
  child_process child_;
  unique_descriptor life_;  ///< a socket: the head sees when our end is gone
  std::string last_output_; ///< of one that did not start
  std::unique_ptr<output_relay> relay_;
  bool is_reaped_ = false;
};

} // namespace lockstep
