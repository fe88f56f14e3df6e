// SPDX-License-Identifier: BSD-3-Clause

#include "node/cores.hpp"

#include <hwloc.h>

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

namespace lockstep {

namespace fs = std::filesystem;

namespace {

std::optional<std::string> text_of(const fs::path& path) {
  std::ifstream file{path};
  if (!file)
    return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void keep_least(std::optional<double>& least, std::optional<double> next) {
  if (next && (!least || *next < *least))
    least = next;
}

/// The quotas of a group and of those above it, up to where the hierarchy is mounted.
std::optional<double> least_on_the_way_up(const fs::path& mount, fs::path group, bool is_v2) {
  std::optional<double> least;
  // Inside a container the group's path is often the host's, and its own group stands at the mount.
  if (!fs::exists(mount / group.relative_path()))
    group = "/";
  for (;; group = group.parent_path()) {
    const auto folder = mount / group.relative_path();
    if (is_v2) {
      if (const auto text = text_of(folder / "cpu.max"))
        keep_least(least, quota_from_cpu_max(*text));
    } else {
      const auto quota = text_of(folder / "cpu.cfs_quota_us");
      const auto period = text_of(folder / "cpu.cfs_period_us");
      if (quota && period)
        keep_least(least, quota_from_cfs(*quota, *period));
    }
    if (group == group.parent_path())
      return least;
  }
}

bool has_cpu(const std::string& controllers) {
  std::istringstream names{controllers};
  for (std::string name; std::getline(names, name, ',');)
    if (name == "cpu")
      return true;
  return false;
}

using topology = std::unique_ptr<hwloc_topology, void (*)(hwloc_topology_t)>;

topology load_topology() {
  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0)
    return {nullptr, hwloc_topology_destroy};
  topology loaded{raw, hwloc_topology_destroy};
  // Processors outside the affinity mask are not ours.
  hwloc_topology_set_flags(raw, HWLOC_TOPOLOGY_FLAG_RESTRICT_TO_CPUBINDING |
                                    HWLOC_TOPOLOGY_FLAG_IS_THISSYSTEM);
  if (hwloc_topology_load(raw) != 0)
    loaded.reset();
  return loaded;
}

std::vector<int> processors_of_mask() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  ::sched_getaffinity(0, sizeof mask, &mask);
  std::vector<int> processors;
  for (std::size_t i = 0; i < CPU_SETSIZE; ++i)
    if (CPU_ISSET(i, &mask))
      processors.push_back(static_cast<int>(i));
  return processors;
}

} // namespace

std::optional<double> quota_from_cpu_max(const std::string& text) {
  std::istringstream parts{text};
  double quota = 0;
  double period = 0;
  if (parts >> quota >> period && quota > 0 && period > 0)
    return quota / period;
  return std::nullopt;
}

std::optional<double> quota_from_cfs(const std::string& quota_us, const std::string& period_us) {
  return quota_from_cpu_max(quota_us + ' ' + period_us);
}

std::optional<double> control_group_quota(const std::string& root) {
  std::optional<double> least;
  std::istringstream groups{text_of(fs::path{root} / "proc/self/cgroup").value_or("")};
  // Lines are "number:controllers:path"; version 2 has no controllers.
  for (std::string line; std::getline(groups, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos)
      continue;
    const auto controllers = line.substr(first + 1, second - first - 1);
    const fs::path group{line.substr(second + 1)};
    const auto mounts = fs::path{root} / "sys/fs/cgroup";
    if (controllers.empty())
      keep_least(least, least_on_the_way_up(mounts, group, true));
    else if (has_cpu(controllers))
      keep_least(least, least_on_the_way_up(fs::exists(mounts / controllers) ? mounts / controllers
                                                                             : mounts / "cpu",
                                            group, false));
  }
  return least;
}

usable_cores find_cores(place_per per) {
  usable_cores usable;
  usable.quota = control_group_quota("/");
  if (const auto machine = load_topology()) {
    const auto type = per == place_per::core ? HWLOC_OBJ_CORE : HWLOC_OBJ_PU;
    for (int i = 0; i < hwloc_get_nbobjs_by_type(machine.get(), type); ++i)
      usable.processors.push_back(hwloc_bitmap_first(
          hwloc_get_obj_by_type(machine.get(), type, static_cast<unsigned>(i))->cpuset));
  }
  // Some virtual machines tell of no cores.
  if (usable.processors.empty())
    usable.processors = processors_of_mask();
  return usable;
}

std::vector<int> places_for_solvers(const usable_cores& usable, std::optional<std::size_t> wanted) {
  auto count = usable.processors.size();
  if (wanted)
    count = *wanted;
  else if (usable.quota)
    count = std::clamp<std::size_t>(static_cast<std::size_t>(std::lround(*usable.quota)), 1, count);
  std::vector<int> places;
  for (std::size_t i = 0; i < count; ++i)
    places.push_back(usable.processors[i % usable.processors.size()]);
  return places;
}

} // namespace lockstep
