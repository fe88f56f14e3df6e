// SPDX-License-Identifier: BSD-3-Clause

#include "node/cores.hpp"

#include <gtest/gtest.h>

#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace lockstep {

namespace {

namespace fs = std::filesystem;

/// A made-up root folder with the files that control groups have.
class made_up_root {
public:
  made_up_root() {
    auto name = (fs::temp_directory_path() / "lockstep-cores-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw std::runtime_error("cannot make " + name);
    folder_ = name;
  }
  ~made_up_root() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  made_up_root(const made_up_root&) = delete;
  made_up_root& operator=(const made_up_root&) = delete;

  made_up_root& with(const std::string& path, const std::string& text) {
    const auto file = folder_ / path;
    fs::create_directories(file.parent_path());
    std::ofstream{file} << text;
    return *this;
  }

  [[nodiscard]] std::optional<double> quota() const {
    return control_group_quota(folder_.string());
  }

private:
  fs::path folder_;
};

usable_cores cores(std::vector<int> processors, std::optional<double> quota = {}) {
  return {std::move(processors), quota};
}

} // namespace

TEST(cpu_quota, cpu_max_is_quota_over_period) {
  EXPECT_EQ(quota_from_cpu_max("150000 100000\n"), 1.5);
  EXPECT_EQ(quota_from_cpu_max("5000 10000"), 0.5);
}

TEST(cpu_quota, cpu_max_without_a_limit_is_none) {
  EXPECT_FALSE(quota_from_cpu_max("max 100000\n").has_value());
}

TEST(cpu_quota, a_text_that_is_no_quota_is_none) {
  for (const auto* text :
       {"", "\n", "100000", "0 100000", "-1 100000", "100000 0", "a b", "nan nan"})
    EXPECT_FALSE(quota_from_cpu_max(text).has_value()) << text;
}

TEST(cpu_quota, version_one_has_quota_and_period_in_two_files) {
  EXPECT_EQ(quota_from_cfs("250000\n", "100000\n"), 2.5);
  EXPECT_FALSE(quota_from_cfs("-1\n", "100000\n").has_value());
  EXPECT_FALSE(quota_from_cfs("", "").has_value());
}

TEST(cpu_quota, there_is_none_without_control_groups) {
  EXPECT_FALSE(made_up_root{}.quota().has_value());
  EXPECT_FALSE(made_up_root{}.with("proc/self/cgroup", "not a line of cgroups\n").quota());
}

TEST(cpu_quota, version_two_takes_the_least_on_the_way_up) {
  made_up_root root;
  root.with("proc/self/cgroup", "0::/user/session\n")
      .with("sys/fs/cgroup/user/session/cpu.max", "max 100000\n");
  EXPECT_FALSE(root.quota().has_value());
  root.with("sys/fs/cgroup/user/cpu.max", "200000 100000\n");
  EXPECT_EQ(root.quota(), 2);
  root.with("sys/fs/cgroup/cpu.max", "400000 100000\n");
  EXPECT_EQ(root.quota(), 2);
  root.with("sys/fs/cgroup/user/session/cpu.max", "50000 100000\n");
  EXPECT_EQ(root.quota(), 0.5);
}

TEST(cpu_quota, version_two_finds_a_container_whose_path_is_the_hosts) {
  made_up_root root;
  root.with("proc/self/cgroup", "0::/system.slice/docker-0123.scope\n")
      .with("sys/fs/cgroup/cpu.max", "300000 100000\n");
  EXPECT_EQ(root.quota(), 3);
}

TEST(cpu_quota, version_one_looks_at_the_cpu_controller_only) {
  made_up_root root;
  root.with("proc/self/cgroup", "12:memory:/job\n4:cpu,cpuacct:/job\n3:cpuset:/other\n")
      .with("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "150000\n")
      .with("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n")
      .with("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n")
      .with("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n")
      .with("sys/fs/cgroup/memory/job/cpu.cfs_quota_us", "1\n")
      .with("sys/fs/cgroup/memory/job/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(root.quota(), 1.5);
}

TEST(cpu_quota, version_one_may_be_mounted_as_cpu) {
  made_up_root root;
  root.with("proc/self/cgroup", "4:cpu,cpuacct:/a/b\n")
      .with("sys/fs/cgroup/cpu/a/b/cpu.cfs_quota_us", "800000\n")
      .with("sys/fs/cgroup/cpu/a/b/cpu.cfs_period_us", "100000\n")
      .with("sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "300000\n")
      .with("sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(root.quota(), 3);
}

TEST(cpu_quota, of_both_versions_at_once_the_least_counts) {
  made_up_root root;
  root.with("proc/self/cgroup", "1:cpu:/\n0::/\n")
      .with("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "400000\n")
      .with("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n")
      .with("sys/fs/cgroup/cpu.max", "200000 100000\n");
  EXPECT_EQ(root.quota(), 2);
}

TEST(places_for_solvers, are_all_processors_without_a_quota) {
  EXPECT_EQ(places_for_solvers(cores({0, 2, 4}), {}), (std::vector<int>{0, 2, 4}));
}

TEST(places_for_solvers, are_no_more_than_the_rounded_quota) {
  EXPECT_EQ(places_for_solvers(cores({0, 2, 4, 6}, 2.0), {}), (std::vector<int>{0, 2}));
  EXPECT_EQ(places_for_solvers(cores({0, 2, 4, 6}, 2.4), {}).size(), 2U);
  EXPECT_EQ(places_for_solvers(cores({0, 2, 4, 6}, 2.5), {}).size(), 3U);
  EXPECT_EQ(places_for_solvers(cores({0, 2, 4, 6}, 64.0), {}).size(), 4U);
}

TEST(places_for_solvers, are_at_least_one) {
  EXPECT_EQ(places_for_solvers(cores({3, 5}, 0.1), {}), std::vector<int>{3});
}

TEST(places_for_solvers, are_as_many_as_wanted_and_shared_if_need_be) {
  EXPECT_EQ(places_for_solvers(cores({1, 3}, 1.0), 5), (std::vector<int>{1, 3, 1, 3, 1}));
  EXPECT_EQ(places_for_solvers(cores({1, 3}), 1), std::vector<int>{1});
  EXPECT_TRUE(places_for_solvers(cores({1, 3}), 0).empty());
}

TEST(find_cores, tells_only_of_processors_that_this_process_may_use) {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  ASSERT_EQ(::sched_getaffinity(0, sizeof mask, &mask), 0);
  for (const auto per : {place_per::core, place_per::thread}) {
    const auto usable = find_cores(per);
    ASSERT_FALSE(usable.processors.empty());
    for (const int processor : usable.processors)
      EXPECT_TRUE(CPU_ISSET(static_cast<std::size_t>(processor), &mask)) << processor;
    auto sorted = usable.processors;
    std::ranges::sort(sorted);
    EXPECT_TRUE(std::ranges::adjacent_find(sorted) == sorted.end()) << "a place named twice";
  }
  EXPECT_EQ(find_cores(place_per::thread).processors.size(),
            static_cast<std::size_t>(CPU_COUNT(&mask)));
}

} // namespace lockstep
