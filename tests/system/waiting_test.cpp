// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/fixtures/programs.hpp"
#include "tests/text_of.hpp"

#include "control/rpc/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/types.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

// Why the barrier of a run waits, told by real processes.

namespace lockstep {

namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

/// Files that solver 1, and then the plan, of the model "waiting_at_gate" wait for.
class gate {
public:
  gate() {
    std::string name = fs::temp_directory_path() / "lockstep-gate-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr)
      throw std::runtime_error("no folder for a gate");
    folder_ = name;
  }
  ~gate() { fs::remove_all(folder_); }
  gate(const gate&) = delete;
  gate& operator=(const gate&) = delete;

  [[nodiscard]] std::string file() const { return folder_ / "gate"; }
  void open_for_solver() const { std::ofstream{file()}; }
  void open_for_plan() const { std::ofstream{file() + ".plan"}; }

private:
  fs::path folder_;
};

std::string begin(connection& link, const gate& at) {
  return link
      .call("runs.start", {{"model", "waiting_at_gate"}, {"parameters", {{"gate", at.file()}}}})
      .at("run");
}

json why(connection& link, const std::string& run) {
  return link.call("runs.waiting", {{"run", run}});
}

/// Solver 1 has told that it is at the gate, and all others are at the barrier.
bool is_at_gate(connection& link, const std::string& run) {
  const auto now = why(link, run);
  return now.at("waits_for") == "solvers" && now.at("reached") == 1 && now.at("computing") == 1 &&
         now.at("longest").at(0).at("note") == "at the gate";
}

/// A signal only asks for that: each thread stops when the kernel next has it.
bool is_stopped(pid_t pid) {
  for (const auto& task : fs::directory_iterator{"/proc/" + std::to_string(pid) + "/task"})
    if (test::text_of(task.path() / "stat").find(") T ") == std::string::npos)
      return false;
  return true;
}

} // namespace

TEST(waiting, the_sentence_names_the_solver_that_the_barrier_waits_for_then_the_plan) {
  const gate at;
  running_head head;
  auto link = head.connect();
  const auto run = begin(link, at);
  ASSERT_TRUE(becomes_true([&] { return is_at_gate(link, run); })) << why(link, run);
  const auto now = why(link, run);
  const std::string sentence = now.at("sentence");
  EXPECT_THAT(sentence, StartsWith("Step 1 '"));
  EXPECT_THAT(sentence, HasSubstr("' waits for solver 1 on node n1"));
  EXPECT_THAT(sentence, HasSubstr(" s, at 25 %, 'at the gate'; 1 of 2 has reached the barrier."));
  EXPECT_EQ(now.at("state"), "running");
  EXPECT_EQ(now.at("step").at("number"), 1);
  EXPECT_EQ(now.at("step").at("kind"), "broadcast");
  EXPECT_EQ(now.at("missing"), 1);
  const auto& last = now.at("longest").at(0);
  EXPECT_EQ(last.at("solver"), 1);
  EXPECT_EQ(last.at("fraction"), 0.25);
  EXPECT_EQ(last.at("over_median"), true);
  EXPECT_GT(last.at("seconds"), 0);
  EXPECT_GE(now.at("seconds"), last.at("seconds"));
  const auto shown = run_control({"--at", head.connection_file(), "status", run});
  EXPECT_EQ(shown.exit_code, 0);
  EXPECT_THAT(shown.output, HasSubstr("waits for solver 1 on node n1"));

  at.open_for_solver();
  ASSERT_TRUE(becomes_true([&] { return why(link, run).at("waits_for") == "plan"; }));
  EXPECT_THAT(why(link, run).at("sentence").get<std::string>(), HasSubstr("the last was step 1."));
  at.open_for_plan();
  EXPECT_EQ(head.result_of(run).at("state"), "done");
  EXPECT_EQ(why(link, run).at("sentence"), "Run " + run + " is over: it is done.");
}

TEST(waiting, of_a_solver_whose_process_is_stopped_nothing_is_claimed) {
  const gate at;
  running_head head;
  auto link = head.connect();
  const auto run = begin(link, at);
  ASSERT_TRUE(becomes_true([&] { return is_at_gate(link, run); })) << why(link, run);
  const auto position = why(link, run).at("longest").at(0).at("position").get<std::size_t>();
  const auto pid = head.worker_pid(position);
  ::kill(pid, SIGSTOP);
  ASSERT_TRUE(becomes_true([pid] { return is_stopped(pid); }));
  const auto now = why(link, run);
  ::kill(pid, SIGCONT);
  EXPECT_EQ(now.at("unknown"), 1) << now;
  EXPECT_EQ(now.at("longest").at(0).at("state"), "unknown");
  EXPECT_EQ(now.at("longest").at(0).at("note"), nullptr);
  EXPECT_THAT(now.at("sentence").get<std::string>(), HasSubstr("which does not answer"));
  link.call("runs.cancel", {{"run", run}});
  EXPECT_EQ(head.result_of(run).at("state"), "cancelled");
}

TEST(waiting, a_run_in_the_queue_waits_for_places_and_one_that_is_not_there_is_an_error) {
  const gate at;
  running_head head;
  auto link = head.connect();
  const auto first = begin(link, at);
  const auto second = begin(link, at);
  EXPECT_EQ(why(link, second).at("sentence"),
            "Run " + second + " is queued at place 1: it waits for its places behind " + first +
                '.');
  try {
    why(link, "r99");
    FAIL() << "there is no such run";
  } catch (const call_failed& failed) {
    EXPECT_EQ(failed.code, rpc_code::no_such_run);
  }
  link.call("runs.cancel", {{"run", second}});
  link.call("runs.cancel", {{"run", first}});
  EXPECT_EQ(head.result_of(first).at("state"), "cancelled");
}

} // namespace lockstep
