// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "node/membership.hpp"

#include "actors/link/descriptor_link.hpp"
#include "platform/process/termination.hpp"

#include <tl/expected.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// How a node of another machine comes to its head.
struct head_link_options {
  std::vector<address> join;     ///< heads to dial, in turn; empty where it listens
  std::optional<address> listen; ///< where a head dials it
  membership_options membership;
  std::optional<std::chrono::milliseconds> give_up_after; ///< without a link; none: never
};

/// There is no link and there will be none: the exit code, and why has been printed.
struct no_link {
  int exit_code = 1;
};

/// Exit code of a node that cannot reach a head.
inline constexpr int cannot_reach_head = 3;

/// Dials, or listens, until there is a link to a head. Prints on stderr what goes wrong, each thing
/// once. Ends early where `end` sees a signal.
tl::expected<tls_link, no_link> reach_head(const head_link_options& options, termination& end);

} // namespace lockstep
