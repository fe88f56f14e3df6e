// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lockstep {

/// What a node uses as one solver's place: a physical core, or each of its hardware threads.
enum class place_per : unsigned char { core, thread };

/// The processors that this process may use, as the operating system numbers them.
struct usable_cores {
  /// One processor for each place, in the order of the machine's topology: its sockets, its cores.
  std::vector<int> processors;
  /// CPUs' worth of time that the process's control groups allow, where they allow less than all.
  std::optional<double> quota;
};

/// Looks at the affinity mask, the machine's topology (hwloc) and the control groups (v1 and v2).
usable_cores find_cores(place_per per);

/// The places for solvers: one for each usable processor, but no more than the quota allows (at
/// least one). `wanted` solvers, if given, may be more than there are: they share.
std::vector<int> places_for_solvers(const usable_cores& usable, std::optional<std::size_t> wanted);

/// CPUs' worth of time from the texts of the two versions' files; none for no limit.
/// v2's cpu.max: "150000 100000" or "max 100000".
std::optional<double> quota_from_cpu_max(const std::string& text);
/// v1's cpu.cfs_quota_us and cpu.cfs_period_us; a negative quota is no limit.
std::optional<double> quota_from_cfs(const std::string& quota_us, const std::string& period_us);

/// The least quota of the process's control group and all those above it. `root` is "/" but in
/// tests.
std::optional<double> control_group_quota(const std::string& root);

} // namespace lockstep
