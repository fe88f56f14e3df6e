// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <sys/types.h>

#include <optional>
#include <vector>

namespace lockstep {

/// From now on this process, and not init, becomes the parent of descendants whose own parent has
/// ended, also of those in a session of their own: they can be found and ended. The kernel does it
/// (PR_SET_CHILD_SUBREAPER).
void adopt_orphans();

/// An orphan is a child of this process, living or ended, that the process has not started itself:
/// not by start_child, and not in its own process group, where those are that it forked and waits
/// for somewhere else.

/// Kills all orphans that are there now and reaps those that have ended. Gives those that were
/// found: their own children are orphans once they have ended, so call it until there are none.
/// Nothing where nobody can look, because there is no descriptor for it.
std::optional<std::vector<pid_t>> kill_orphans();

/// Reaps orphans that have ended by themselves.
void reap_ended_orphans();

} // namespace lockstep
