// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/client/client_process.hpp"
#include "tests/unit/client/scripted_run.hpp"

#include "control/client/exit_code.hpp"
#include "tests/holds.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>

namespace lockstep {

namespace {

using test::client_process;
using test::exchange;
using test::holds;
using test::run_client;
using test::scripted_run;

/// Waits until the client watches the run; false after ten seconds.
bool is_watched(const scripted_run& run) {
  for (int i = 0; i < 1'000 && run.looks == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  return run.looks > 0;
}

bool comes_true(const std::atomic<bool>& what) {
  for (int i = 0; i < 1'000 && !what; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  return what;
}

/// A method of the head that is called, and answers when the test lets it.
struct held_call {
  std::atomic<bool> asked = false;
  std::atomic<bool> let_go = false;
  void hold() {
    asked = true;
    (void)comes_true(let_go);
  }
};

} // namespace

TEST(run_interrupt, a_connection_lost_while_running_is_a_failure_that_says_so) {
  scripted_run run;
  run.head.on("runs.get", [](exchange& call) { call.hang_up(); });
  const auto ended = run_client(run.head, {"run", "tsp"});
  EXPECT_EQ(ended.code, exit_code::failed);
  EXPECT_TRUE(holds(ended.err, "closed the connection")) << ended.err;
}

TEST(run_interrupt, a_time_limit_cancels_the_run) {
  scripted_run run;
  run.looks_to_end = 1'000'000;
  const auto ended = run_client(run.head, {"run", "tsp", "--time-limit", "0.3"});
  EXPECT_EQ(ended.code, exit_code::time_limit) << ended.err;
  EXPECT_TRUE(run.cancelled);
}

TEST(run_interrupt, an_interrupt_cancels_the_run_and_waits_for_its_end) {
  scripted_run run;
  run.looks_to_end = 1'000'000;
  client_process client({"run", "tsp", "--at", to_string(run.head.where())});
  run.head.start();
  ASSERT_TRUE(is_watched(run));
  client.signal(SIGINT);
  const auto ended = client.wait();
  EXPECT_EQ(ended.code, exit_code::interrupted) << ended.err;
  EXPECT_TRUE(run.cancelled);
}

TEST(run_interrupt, a_second_interrupt_leaves_at_once) {
  std::atomic<bool> asked = false;
  scripted_run run;
  run.looks_to_end = 1'000'000;
  run.head.on("runs.cancel", [&asked](exchange&) { asked = true; }); // never answered
  client_process client({"run", "tsp", "--at", to_string(run.head.where())});
  run.head.start();
  ASSERT_TRUE(is_watched(run));
  client.signal(SIGINT);
  ASSERT_TRUE(comes_true(asked));
  client.signal(SIGINT);
  EXPECT_EQ(client.wait().code, 128 + SIGINT); // what a shell calls 130
}

TEST(run_interrupt, an_interrupt_before_the_start_is_answered_and_starts_nothing) {
  held_call describe;
  scripted_run run;
  run.head.on("models.describe", [&describe](exchange& call) {
    describe.hold();
    call.answer(test::described_model());
  });
  client_process client({"run", "tsp", "--at", to_string(run.head.where())});
  run.head.start();
  ASSERT_TRUE(comes_true(describe.asked));
  client.signal(SIGINT);
  describe.let_go = true;
  const auto ended = client.wait();
  EXPECT_EQ(ended.code, exit_code::interrupted) << ended.err;
  EXPECT_TRUE(holds(ended.err, "again to stop now")) << ended.err;
  EXPECT_TRUE(run.head.params_of("runs.start").is_null());
}

TEST(run_interrupt, an_interrupt_while_a_time_limit_cancels_the_run_is_answered) {
  held_call cancel;
  scripted_run run;
  run.looks_to_end = 1'000'000;
  run.head.on("runs.cancel", [&](exchange& call) {
    cancel.hold();
    run.cancelled = true;
    run.ended = {{"run", "r1"}, {"state", "cancelled"}, {"result", nullptr}};
    call.answer(scripted_run::run_object("cancelling"));
  });
  client_process client({"run", "tsp", "--time-limit", "0.1", "--at", to_string(run.head.where())});
  run.head.start();
  ASSERT_TRUE(comes_true(cancel.asked));
  client.signal(SIGINT);
  cancel.let_go = true;
  const auto ended = client.wait();
  EXPECT_EQ(ended.code, exit_code::time_limit) << ended.err;
  EXPECT_TRUE(holds(ended.err, "again to stop now")) << ended.err;
}

TEST(watch_command, an_interrupt_leaves_the_run_alone_and_is_one_object_with_json) {
  scripted_run run;
  run.looks_to_end = 1'000'000;
  client_process client({"--json", "watch", "r1", "--at", to_string(run.head.where())});
  run.head.start();
  ASSERT_TRUE(is_watched(run));
  client.signal(SIGINT);
  const auto ended = client.wait();
  EXPECT_EQ(ended.code, exit_code::interrupted);
  EXPECT_FALSE(run.cancelled);
  EXPECT_EQ(json::parse(ended.out).at("error").at("text"), "interrupted; run r1 goes on");
}

} // namespace lockstep
