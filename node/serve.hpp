// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "node/options.hpp"

#include "platform/process/service_notice.hpp"
#include "platform/process/termination.hpp"

#include <chrono>
#include <vector>

namespace lockstep {

/// How a node's service of one head ended.
struct service_end {
  enum class how : unsigned char {
    stopped,   ///< the head told it to, or a signal
    head_lost, ///< the link is gone
    no_head    ///< there was none
  };
  how why = how::stopped;
  int exit_code = 0;
  std::chrono::steady_clock::duration linked_for{}; ///< how long the link lasted that was lost
};

/// Gets a link to a head, starts the workers and serves until the head, the link or a signal ends
/// it; the service manager, if there is one, hears how it gets on. The workers have ended when it
/// returns. Once in a process: CAF's threads stay behind.
service_end serve(const node_options& options, const std::vector<int>& places, termination& end,
                  const service_notice& notice);

} // namespace lockstep
