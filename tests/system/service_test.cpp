// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/fixtures/programs.hpp"
#include "tests/system/fixtures/running_cluster.hpp"
#include "tests/text_of.hpp"
#include "tests/unit/process/service_manager.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

namespace lockstep {

namespace {

std::string environment_of(pid_t pid) {
  return test::text_of("/proc/" + std::to_string(pid) + "/environ");
}

std::string socket_name(const std::string& of) {
  return testing::TempDir() + of + '-' + std::to_string(::getpid());
}

/// The first message that begins so; empty if none of the next 20 does.
std::string next_like(const service_manager& systemd, const std::string& begin) {
  for (int i = 0; i < 20; ++i)
    if (const auto text = systemd.next(20'000); text.starts_with(begin))
      return text;
  return {};
}

} // namespace

TEST(service,
     a_head_says_when_it_serves_that_it_lives_and_that_it_stops_and_its_children_say_nothing) {
  const service_manager systemd{socket_name("head")};
  ASSERT_TRUE(systemd.bound());
  ::setenv("WATCHDOG_USEC", "400000", 1);
  running_head head{{"--solvers", "1"}};
  const auto ready = systemd.next(20'000);
  EXPECT_EQ(ready, "READY=1\nSTATUS=listening on " + to_string(head.where()));
  EXPECT_EQ(systemd.next(20'000), "WATCHDOG=1");
  EXPECT_EQ(systemd.next(20'000), "WATCHDOG=1");
  for (const auto pid : {head.node_pid(), head.worker_pid(0)})
    for (const auto* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC"})
      EXPECT_EQ(environment_of(pid).find(name), std::string::npos) << pid << ' ' << name;
  ::kill(head.pid(), SIGTERM);
  EXPECT_TRUE(head.wait(std::chrono::seconds{20}).has_value());
  EXPECT_EQ(next_like(systemd, "STOPPING"), "STOPPING=1");
}

TEST(service, a_node_that_looks_for_its_head_is_ready_and_lives) {
  const service_manager systemd{socket_name("node")};
  ASSERT_TRUE(systemd.bound());
  ::setenv("WATCHDOG_USEC", "400000", 1);
  running_cluster cluster;
  // The head of the test was started in the same environment, and speaks first.
  ASSERT_TRUE(systemd.next(20'000).starts_with("READY=1\nSTATUS=listening"));
  const auto there = cluster.cluster_address();
  cluster.end_head(SIGKILL);
  while (!systemd.next(0).empty()) {
  }
  cluster.start_node("late", {"--join", there, "--token", cluster.join_token(), "--solvers", "1"});
  EXPECT_EQ(next_like(systemd, "READY"), "READY=1\nSTATUS=looking for a head");
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(next_like(systemd, "WATCHDOG"), "WATCHDOG=1");
  cluster.start_head_again();
  EXPECT_TRUE(cluster.becomes_up("late"));
  EXPECT_EQ(next_like(systemd, "STATUS=has"), "STATUS=has a head, 1 solvers");
}

} // namespace lockstep
