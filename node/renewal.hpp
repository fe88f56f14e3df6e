// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "node/head_link.hpp"

#include "platform/process/termination.hpp"

#include <chrono>

namespace lockstep {

/// How often a node looks whether its certificate is to be renewed.
inline constexpr std::chrono::hours renewal_interval{6};

/// Waits for a signal or a word from within. Meanwhile, each `interval`, a node that dials has a
/// certificate that is due renewed by one of its heads; one that listens says on stderr that it is
/// due, because nobody is there to be asked. Renewal has a thread of its own, which ends within 0.1
/// s when the wait does: a head that does not answer holds nothing up. To be called by the thread
/// that waits for `end`.
termination::reason wait_and_renew(const head_link_options& options, termination& end,
                                   std::chrono::milliseconds interval = renewal_interval);

} // namespace lockstep
