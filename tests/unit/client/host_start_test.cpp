// SPDX-License-Identifier: BSD-3-Clause

#include "control/deploy/host_start.hpp"
#include "tests/holds.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace lockstep {

namespace {

using test::holds;

host_start new_start() {
  return host_start{"Linux x86_64", [] { return std::string{"id.secret.print"}; }};
}

} // namespace

TEST(host_start, a_machine_without_the_program_is_sent_it_and_ends_up) {
  auto start = new_start();
  EXPECT_EQ(start.on_line("Welcome to this machine").text, "");
  EXPECT_EQ(start.on_line("lockstep: machine Linux x86_64").text, "");
  EXPECT_EQ(start.on_line("lockstep: need").text, "token id.secret.print\n");
  EXPECT_EQ(start.state(), host_state::sending);
  EXPECT_TRUE(start.on_line("lockstep: send").send_program);
  start.on_sent();
  EXPECT_EQ(start.state(), host_state::starting);
  start.on_line("lockstep: started 4242 alpha");
  EXPECT_EQ(start.state(), host_state::joining);
  EXPECT_EQ(start.host(), "alpha");
  EXPECT_EQ(start.pid(), 4242);
  const auto told = start.on_joined(8);
  EXPECT_EQ(told.text, "up\n");
  EXPECT_TRUE(told.close_input);
  EXPECT_EQ(start.state(), host_state::up);
  EXPECT_EQ(start.solvers(), 8U);
  start.on_end("ended with exit code 0");
  EXPECT_EQ(start.state(), host_state::up);
}

TEST(host_start, a_node_that_runs_already_is_waited_for_without_a_new_token) {
  auto start = new_start();
  start.on_line("lockstep: machine Linux x86_64");
  EXPECT_EQ(start.on_line("lockstep: running 7 alpha").text, "");
  EXPECT_EQ(start.state(), host_state::joining);
  EXPECT_TRUE(start.was_running());
}

TEST(host_start, another_architecture_is_refused_before_anything_is_sent) {
  auto start = new_start();
  EXPECT_TRUE(start.on_line("lockstep: machine Linux aarch64").close_input);
  EXPECT_EQ(start.state(), host_state::failed);
  EXPECT_TRUE(holds(start.why(), "Linux aarch64")) << start.why();
  EXPECT_TRUE(holds(start.why(), "Linux x86_64")) << start.why();
  EXPECT_EQ(start.on_line("lockstep: need").text, "");
}

TEST(host_start, where_ssh_fails_its_own_words_are_the_reason) {
  auto start = new_start();
  start.on_line("ssh: connect to host alpha port 22: Connection refused");
  start.on_end("ended with exit code 255");
  EXPECT_EQ(start.why(), "ssh: connect to host alpha port 22: Connection refused");
  auto silent = new_start();
  silent.on_end("ended with exit code 255");
  EXPECT_EQ(silent.why(), "ssh ended with exit code 255");
}

TEST(host_start, a_node_that_ends_at_once_tells_the_last_lines_of_its_log) {
  auto start = new_start();
  start.on_line("lockstep: have");
  start.on_line("lockstep: started 4242 alpha");
  start.on_line("lockstep: log node: the token is used up");
  EXPECT_TRUE(start.on_line("lockstep: ended").close_input);
  EXPECT_EQ(start.why(), "its node ended; the last lines of its log: node: the token is used up");
}

TEST(host_start, given_up_it_still_takes_the_log_but_never_comes_up) {
  auto start = new_start();
  start.on_line("lockstep: have");
  start.on_line("lockstep: started 4242 alpha");
  EXPECT_TRUE(start.give_up("nothing happened for 30 s").close_input);
  start.on_line("lockstep: log node: nobody answers at head:8051");
  start.on_line("lockstep: started 4243 alpha");
  EXPECT_EQ(start.state(), host_state::failed);
  EXPECT_TRUE(holds(start.why(), "nobody answers")) << start.why();
}

TEST(host_start, without_a_token_nothing_is_started) {
  host_start start{"Linux x86_64",
                   []() -> std::string { throw std::runtime_error("make an authority first"); }};
  EXPECT_TRUE(start.on_line("lockstep: have").close_input);
  EXPECT_TRUE(holds(start.why(), "make an authority first")) << start.why();
}

TEST(host_start, a_machine_that_talks_without_end_is_remembered_in_its_last_lines) {
  auto start = new_start();
  for (int i = 0; i < 10'000; ++i)
    start.on_line("line " + std::to_string(i));
  start.on_line("lockstep: started nonsense");
  EXPECT_EQ(start.state(), host_state::failed);
  auto other = new_start();
  for (int i = 0; i < 10'000; ++i)
    other.on_line("line " + std::to_string(i));
  other.on_end("ended with exit code 1");
  EXPECT_LT(other.why().size(), 200U);
  EXPECT_TRUE(holds(other.why(), "line 9999")) << other.why();
}

} // namespace lockstep
