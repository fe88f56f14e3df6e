// SPDX-License-Identifier: BSD-3-Clause

#pragma once

namespace lockstep {

/// The first argument of a program that is started for plans. No command of people.
inline constexpr const char* plan_command = "plan";

/// In place of a run's name where the process is the one that others are copies of, and as long as
/// the longest.
inline constexpr const char* plan_template_run = "template            ";

/// The same for one that waits for its run.
inline constexpr const char* waiting_for_run = "waiting";

/// The process of a plan, from its first line to its end, see plan_processes. `shown_run` is the
/// argument that `ps` shows as the name of the run: it is written over.
[[noreturn]] void plan_main(char* shown_run);

} // namespace lockstep
