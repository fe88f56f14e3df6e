// SPDX-License-Identifier: BSD-3-Clause

#include "tests/folders.hpp"
#include "tests/system/fixtures/programs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/prctl.h>

#include <algorithm>
#include <csignal>

// What must not keep anybody waiting: plans that do not return, nodes that cannot be started, and
// processes that have ended where nobody else reaps them.

namespace lockstep {

namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr int over_time_limit = 124;

/// A folder of its own, gone with this object.
struct own_folder {
  own_folder() {
    std::string pattern = (fs::temp_directory_path() / "lockstep-stuck-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~own_folder() { fs::remove_all(path); }
  own_folder(const own_folder&) = delete;
  own_folder& operator=(const own_folder&) = delete;

  void add_program(const std::string& name) const {
    fs::copy_file(fs::path{test_folders::programs()} / name, path / name);
  }
  fs::path path;
};

/// True for a process that has ended and was not reaped, too.
bool is_there(pid_t pid) {
  return ::kill(pid, 0) == 0;
}

} // namespace

class stuck_plan : public testing::TestWithParam<const char*> {};

TEST_P(stuck_plan, is_given_up_after_the_grace_and_the_head_goes_on_and_ends) {
  running_head head;
  const auto stuck = head.start(GetParam(), {{"cancel_grace_ms", 100}});
  const auto behind = head.start("nothing");
  ASSERT_TRUE(becomes_true([&] {
    return head.connect().call("runs.get", {{"run", stuck}}).at("state") == "running";
  }));
  head.connect().call("runs.cancel", {{"run", stuck}});
  const auto ended = head.result_of(stuck);
  EXPECT_EQ(ended.at("state"), "cancelled");
  EXPECT_EQ(ended.at("error").at("type"), "plan_given_up");
  EXPECT_EQ(head.result_of(behind).at("state"), "done");
  const auto family = family_of(head.pid());
  head.connect().call("system.terminate");
  const auto how = head.wait(std::chrono::seconds{10});
  ASSERT_TRUE(how);
  EXPECT_EQ(how->exit_code, 0);
  EXPECT_TRUE(becomes_true([&] { return std::ranges::none_of(family, is_alive); }));
}

INSTANTIATE_TEST_SUITE_P(plans, stuck_plan, testing::Values("plan_stuck", "plan_catches"));

TEST(stuck, a_time_limit_ends_a_run_whose_plan_does_not_return_and_its_client) {
  const auto ended = run_control(
      {"run", "misbehaving", "--what", "plan_stuck", "--time-limit", "3", "--cancel-grace", "0.1"});
  EXPECT_EQ(ended.exit_code, over_time_limit) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("the plan did not return within 1 s"));
}

TEST(stuck, a_run_fails_with_the_reason_where_no_node_can_be_started_and_works_once_it_can) {
  const own_folder alone;
  alone.add_program("control");
  const auto file = alone.path / "connection.json";
  auto head = start_program(
      alone.path / "control",
      {"serve", "--listen", "127.0.0.1:0", "--solvers", "1", "--connection-file", file.string()},
      true);
  ASSERT_TRUE(becomes_true([&] { return fs::exists(file); }));
  const auto at = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"--at", file.string()});
    return run_control(words);
  };
  const auto failed = at({"run", "misbehaving"});
  EXPECT_EQ(failed.exit_code, 1) << failed.output;
  EXPECT_THAT(failed.output,
              HasSubstr("the node of this machine cannot be started: cannot execute "));
  EXPECT_THAT(failed.output, HasSubstr("/node: No such file or directory"));
  alone.add_program("node");
  EXPECT_TRUE(becomes_true(
      [&] {
        return at({"run", "misbehaving"}).exit_code == 0;
      },
      std::chrono::seconds{60}));
  ::kill(head.pid, SIGTERM);
  reap(head);
}

TEST(stuck, a_log_folder_is_tried_before_anything_is_started) {
  const auto refused = run_control({"run", "misbehaving", "--log-dir", "/proc"});
  EXPECT_EQ(refused.exit_code, 2) << refused.output;
  EXPECT_THAT(refused.output, HasSubstr("no file can be made in /proc: "));
}

TEST(stuck, a_run_for_more_solvers_than_there_can_be_is_refused_unless_it_waits) {
  running_head head;
  try {
    head.start("nothing", {{"solvers", 9}});
    FAIL() << "it was taken";
  } catch (const call_failed& refused) {
    EXPECT_EQ(refused.code, -32008);
    EXPECT_THAT(refused.what(), HasSubstr("asks for 9 solvers, there are 2"));
  }
  const auto waits = head.start("nothing", {{"solvers", 9}, {"wait_for_nodes", true}});
  EXPECT_EQ(head.connect().call("runs.get", {{"run", waits}}).at("state"), "queued");
  head.connect().call("runs.cancel", {{"run", waits}});
  EXPECT_EQ(head.result_of(head.start("nothing")).at("state"), "done");
}

class end_of_head : public testing::TestWithParam<int> {};

TEST_P(end_of_head, leaves_no_process_to_be_reaped_by_somebody_else) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1); // as the first process of a container
  std::vector<pid_t> family;
  {
    running_head head;
    head.worker_pid(1);
    EXPECT_EQ(head.result_of(head.start("nothing")).at("state"), "done");
    // The workers of the next run come while those of this one go.
    EXPECT_TRUE(becomes_true([&] { return (family = family_of(head.pid())).size() >= 4; }));
    if (GetParam() == 0)
      head.connect().call("system.terminate");
    else
      ::kill(head.pid(), GetParam());
    EXPECT_TRUE(head.wait(std::chrono::seconds{10}));
  }
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
  for (const auto pid : family)
    EXPECT_FALSE(is_there(pid)) << pid;
}

INSTANTIATE_TEST_SUITE_P(ways, end_of_head, testing::Values(0, SIGTERM));

} // namespace lockstep
