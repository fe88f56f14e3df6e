// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/process/watched_child.hpp"

#include <gtest/gtest.h>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <future>
#include <iterator>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace lockstep {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto for_ever = "while :; do sleep 1000; done";

watched_child started(child_watcher& watcher, child_watcher::child_key key,
                      const std::string& script) {
  watched_child child;
  watcher.start(key, watched_child::shell(script), child.callbacks());
  return child;
}

/// Ended, that is: in a container without an init nobody collects an orphan.
bool is_gone(pid_t pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  const std::string line{std::istreambuf_iterator<char>{file}, {}};
  const auto name_end = line.rfind(") ");
  return name_end == std::string::npos || line.at(name_end + 2) == 'Z';
}

/// A process whose parent is gone is reaped by whoever inherits it, a little later.
bool is_gone_soon(pid_t pid) {
  for (const auto begun = clock::now(); clock::now() - begun < 10s;
       std::this_thread::sleep_for(10ms))
    if (is_gone(pid))
      return true;
  return false;
}

} // namespace

TEST(child_watcher, an_exit_code_is_reported) {
  child_watcher watcher;
  const auto child = started(watcher, 1, "exit 3");
  const auto how = child.how_it_ended();
  EXPECT_EQ(how.exit_code, 3);
  EXPECT_FALSE(how.signal.has_value());
  EXPECT_EQ(how.pid, child.pid());
  EXPECT_EQ(to_string(how), "ended with exit code 3");
}

TEST(child_watcher, a_signal_that_ended_the_child_is_reported) {
  child_watcher watcher;
  const auto how = started(watcher, 1, "kill -SEGV $$").how_it_ended();
  EXPECT_EQ(how.signal, SIGSEGV);
  EXPECT_FALSE(how.exit_code.has_value());
  EXPECT_EQ(to_string(how), "was killed by signal 11 (Segmentation fault)");
}

TEST(child_watcher, a_signal_reaches_the_child_and_its_process_group) {
  child_watcher watcher;
  const auto child = started(watcher, 7, "sleep 1000 & echo inner $!; wait; echo not reached");
  const auto text = child.output_with("\n");
  const auto inner = static_cast<pid_t>(std::atoi(text.c_str() + std::string{"inner "}.size()));
  ASSERT_GT(inner, 0) << text;
  watcher.signal(7, SIGKILL);
  EXPECT_EQ(child.how_it_ended().signal, SIGKILL);
  EXPECT_TRUE(is_gone_soon(inner));
}

TEST(child_watcher, a_signal_to_nobody_is_ignored) {
  child_watcher watcher;
  watcher.signal(99, SIGKILL);
  EXPECT_EQ(started(watcher, 1, "exit 0").how_it_ended().exit_code, 0);
}

TEST(child_watcher, stdout_and_stderr_arrive_before_the_end) {
  child_watcher watcher;
  const auto child = started(watcher, 1, "echo out; echo err >&2; exit 1");
  EXPECT_EQ(child.how_it_ended().exit_code, 1);
  EXPECT_EQ(child.output_with(""), "out\nerr\n");
}

TEST(child_watcher, output_arrives_while_the_child_runs) {
  child_watcher watcher;
  const auto child = started(watcher, 1, std::string{"echo early; "} + for_ever);
  EXPECT_EQ(child.output_with("early\n"), "early\n");
  EXPECT_FALSE(child.has_ended());
}

TEST(child_watcher, all_of_a_large_output_arrives) {
  child_watcher watcher;
  const auto child = started(watcher, 1, "head -c 3000000 /dev/zero; echo end");
  EXPECT_EQ(child.how_it_ended().exit_code, 0);
  EXPECT_EQ(child.output_with("end\n").size(), 3'000'004U);
}

TEST(child_watcher, a_child_that_prints_without_end_holds_up_no_other) {
  child_watcher watcher;
  const auto loud = started(watcher, 1, "yes");
  EXPECT_NE(loud.output_with("y\n"), "");
  for (child_watcher::child_key key = 2; key < 6; ++key)
    EXPECT_EQ(started(watcher, key, "exit 4").how_it_ended().exit_code, 4);
}

TEST(child_watcher, a_program_that_is_not_there_is_reported_and_does_not_end) {
  child_watcher watcher;
  watched_child child;
  child_program program;
  program.path = "/no/such/program";
  program.arguments = {"program"};
  watcher.start(1, std::move(program), child.callbacks());
  EXPECT_EQ(child.refusal(), "cannot execute /no/such/program: No such file or directory");
  EXPECT_FALSE(child.has_ended());
}

TEST(child_watcher, a_file_that_is_no_program_is_reported) {
  child_watcher watcher;
  watched_child child;
  child_program program;
  program.path = "/etc/passwd";
  program.arguments = {"passwd"};
  watcher.start(1, std::move(program), child.callbacks());
  EXPECT_EQ(child.refusal(), "cannot execute /etc/passwd: Permission denied");
}

TEST(child_watcher, a_delayed_child_starts_no_earlier) {
  child_watcher watcher;
  watched_child child;
  const auto begun = clock::now();
  watcher.start(1, watched_child::shell("exit 0"), child.callbacks(), 200ms);
  EXPECT_EQ(child.how_it_ended().exit_code, 0);
  EXPECT_GE(clock::now() - begun, 200ms);
}

TEST(child_watcher, a_key_is_free_again_after_the_end) {
  child_watcher watcher;
  for (int code = 0; code < 5; ++code)
    EXPECT_EQ(started(watcher, 1, "exit " + std::to_string(code)).how_it_ended().exit_code, code);
}

TEST(child_watcher, many_children_are_watched_at_once) {
  child_watcher watcher;
  std::vector<watched_child> children;
  for (child_watcher::child_key key = 0; key < 40; ++key)
    children.push_back(
        started(watcher, key, "echo " + std::to_string(key) + "; exit " + std::to_string(key)));
  for (int key = 0; key < 40; ++key) {
    const auto& child = children[static_cast<std::size_t>(key)];
    EXPECT_EQ(child.how_it_ended().exit_code, key);
    EXPECT_EQ(child.output_with(""), std::to_string(key) + '\n');
  }
}

TEST(child_watcher, stop_all_ends_children_by_sigterm) {
  child_watcher watcher;
  const auto first = started(watcher, 1, std::string{"echo up; "} + for_ever);
  const auto second = started(watcher, 2, "trap 'exit 5' TERM; echo up; sleep 1000 & wait");
  EXPECT_EQ(first.output_with("up\n"), "up\n");
  EXPECT_EQ(second.output_with("up\n"), "up\n");
  watcher.stop_all(15s);
  EXPECT_EQ(first.how_it_ended().signal, SIGTERM);
  EXPECT_EQ(second.how_it_ended().exit_code, 5);
}

TEST(child_watcher, stop_all_kills_those_that_ignore_sigterm) {
  child_watcher watcher;
  const auto child = started(watcher, 1, std::string{"trap '' TERM; echo up; "} + for_ever);
  EXPECT_EQ(child.output_with("up\n"), "up\n");
  watcher.stop_all(100ms);
  EXPECT_EQ(child.how_it_ended().signal, SIGKILL);
}

TEST(child_watcher, all_children_are_gone_when_the_watcher_is) {
  std::vector<watched_child> children;
  {
    child_watcher watcher;
    for (child_watcher::child_key key = 0; key < 5; ++key)
      children.push_back(started(watcher, key, std::string{"trap '' TERM; "} + for_ever));
    for (const auto& child : children)
      EXPECT_GT(child.pid(), 0);
  }
  for (const auto& child : children) {
    EXPECT_TRUE(child.has_ended());
    EXPECT_TRUE(is_gone(child.pid()));
  }
}

TEST(child_watcher, a_delayed_child_does_not_start_when_the_watcher_is_gone) {
  watched_child child;
  const auto begun = clock::now();
  {
    child_watcher watcher;
    watcher.start(1, watched_child::shell("exit 0"), child.callbacks(), 1h);
  }
  EXPECT_LT(clock::now() - begun, 10s);
  EXPECT_FALSE(child.has_ended());
}

/// What a watcher that adopts orphans changes in the process of the test.
struct not_for_the_next_test {
  ~not_for_the_next_test() { ::prctl(PR_SET_CHILD_SUBREAPER, 0); }
};

TEST(child_watcher, leaves_children_of_others_in_its_process_to_who_waits_for_them) {
  const not_for_the_next_test restored;
  child_watcher watcher{child_watcher::orphans::adopted};
  const auto others = ::fork();
  if (others == 0) {
    ::setsid();
    ::_exit(7);
  }
  std::promise<void> later; // than a look for what has ended, where the watcher reaps
  watcher.later(std::chrono::milliseconds{1'500}, [&] { later.set_value(); });
  later.get_future().wait();
  int status = 0;
  EXPECT_EQ(::waitpid(others, &status, 0), others);
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST(child_watcher, ends_adopted_orphans_in_sessions_of_their_own_one_generation_after_the_other) {
  const not_for_the_next_test restored;
  child_watcher watcher{child_watcher::orphans::adopted};
  const auto own_child = ::fork();
  if (own_child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::pause();
    ::_exit(0);
  }
  const auto stays = started(watcher, 1, for_ever);
  const auto parent =
      started(watcher, 2, "setsid sh -c 'setsid sleep 1000 & echo $$ $!; wait' & wait");
  std::istringstream told{parent.output_with("\n")};
  pid_t orphan = 0, its_child = 0;
  ASSERT_TRUE(told >> orphan >> its_child);
  watcher.signal(2, SIGKILL);
  EXPECT_EQ(parent.how_it_ended().signal, SIGKILL);
  std::promise<std::size_t> left;
  watcher.end_orphans([&](const std::vector<pid_t>& those) { left.set_value(those.size()); });
  EXPECT_EQ(left.get_future().get(), 0);
  EXPECT_TRUE(is_gone(orphan));
  EXPECT_TRUE(is_gone(its_child));
  EXPECT_FALSE(stays.has_ended());
  EXPECT_FALSE(is_gone(own_child)) << "whoever forked it waits for it";
  ::kill(own_child, SIGKILL);
  ::waitpid(own_child, nullptr, 0);
}

} // namespace lockstep
