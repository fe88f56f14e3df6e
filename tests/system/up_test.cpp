// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/fixtures/programs.hpp"
#include "tests/system/fixtures/running_cluster.hpp"
#include "tests/system/fixtures/ssh_machine.hpp"

#include "platform/tokens/token_store.hpp"
#include "tests/holds.hpp"
#include "tests/text_of.hpp"

#include <gtest/gtest.h>

#include <poll.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <optional>

namespace lockstep {

namespace fs = std::filesystem;

namespace {

using test::holds;
using test::text_of;

unsigned mode_of(const fs::path& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 ? facts.st_mode & 0777U : 0U;
}

class up : public testing::Test {
protected:
  void SetUp() override {
    if (const auto why = ssh_machines::missing(); !why.empty())
      GTEST_SKIP() << why;
    machines.emplace(2U);
    cluster.emplace();
  }

  [[nodiscard]] std::vector<std::string> up_words(const std::string& hosts) {
    return {"up",
            "--hosts",
            hosts,
            "--ssh",
            machines->ssh(),
            "--at",
            to_string(cluster->head().where()),
            "--pki",
            cluster->folder_of("pki"),
            "--head",
            cluster->cluster_address()};
  }
  [[nodiscard]] ended_program run_up(const std::string& hosts, const std::string& wait = "20") {
    auto words = up_words(hosts);
    words.insert(words.end(), {"--wait", wait});
    return run_control(words);
  }
  [[nodiscard]] ended_program run_down(const std::string& hosts) const {
    return run_control({"down", "--hosts", hosts, "--ssh", machines->ssh()});
  }

  std::optional<ssh_machines> machines;
  std::optional<running_cluster> cluster;
};

const std::string both = "one --solvers 1 --name one # the first\ntwo --solvers 1 --name two\n";

} // namespace

TEST_F(up, two_machines_get_the_program_and_join) {
  const auto ended = run_up(machines->hosts(both));
  EXPECT_EQ(ended.exit_code, 0) << ended.output;
  for (const auto* line : {"one  connecting", "one  sending the node program",
                           "one  up with 1 solver", "two  up with 1 solver", "2 of 2 machines up"})
    EXPECT_TRUE(holds(ended.output, line)) << line << '\n' << ended.output;
  EXPECT_TRUE(cluster->becomes_up("one"));
  EXPECT_TRUE(cluster->becomes_up("two"));
  for (std::size_t i = 0; i < 2; ++i) {
    const auto programs = (*machines)[i].programs();
    ASSERT_EQ(programs.size(), 1U);
    EXPECT_EQ(mode_of(programs.front()), 0700U);
    EXPECT_EQ(mode_of(programs.front().parent_path()), 0700U);
    EXPECT_EQ(mode_of((*machines)[i].state()), 0700U);
    EXPECT_NE((*machines)[i].node(), 0);
  }
}

TEST_F(up, a_login_shell_that_talks_does_no_harm) {
  (*machines)[0].set_login("echo 'Welcome to lockstep: need help?'");
  const auto ended = run_up(machines->hosts("one --solvers 1"));
  EXPECT_EQ(ended.exit_code, 0) << ended.output;
}

TEST_F(up, the_token_is_on_no_command_line_and_its_file_is_gone_afterwards) {
  ASSERT_EQ(run_up(machines->hosts("one --solvers 1")).exit_code, 0);
  const auto tokens = token_store{cluster->folder_of("pki")}.list();
  ASSERT_TRUE(tokens);
  for (const auto& token : *tokens) {
    EXPECT_TRUE(token.used_at.has_value());
    for (const auto& entry : fs::directory_iterator{"/proc"})
      EXPECT_FALSE(holds(text_of(entry.path() / "cmdline"), token.id)) << entry.path();
  }
  for (const auto& entry : fs::directory_iterator{(*machines)[0].state()})
    EXPECT_FALSE(entry.path().filename().string().starts_with("token")) << entry.path();
}

TEST_F(up, a_second_time_finds_them_up_and_a_down_ends_them_once) {
  const auto hosts = machines->hosts(both);
  ASSERT_EQ(run_up(hosts).exit_code, 0);
  const auto first = (*machines)[0].node();
  const auto again = run_up(hosts);
  EXPECT_EQ(again.exit_code, 0) << again.output;
  EXPECT_TRUE(holds(again.output, "one  was up with 1 solver")) << again.output;
  EXPECT_FALSE(holds(again.output, "sending")) << again.output;
  EXPECT_EQ((*machines)[0].node(), first);

  const auto down = run_down(hosts);
  EXPECT_EQ(down.exit_code, 0) << down.output;
  EXPECT_TRUE(holds(down.output, "one  ended process " + std::to_string(first))) << down.output;
  EXPECT_FALSE(is_alive(first));
  EXPECT_EQ((*machines)[1].node(), 0);
  const auto nothing = run_down(hosts);
  EXPECT_EQ(nothing.exit_code, 0) << nothing.output;
  EXPECT_TRUE(holds(nothing.output, "one  nothing to end")) << nothing.output;
}

TEST_F(up, after_a_down_they_come_up_again_as_who_they_are_without_another_copy) {
  const auto hosts = machines->hosts(both);
  ASSERT_EQ(run_up(hosts).exit_code, 0);
  ASSERT_EQ(run_down(hosts).exit_code, 0);
  const auto again = run_up(hosts);
  EXPECT_EQ(again.exit_code, 0) << again.output;
  EXPECT_FALSE(holds(again.output, "sending")) << again.output;
}

TEST_F(up, a_program_that_was_damaged_there_is_sent_anew) {
  const auto hosts = machines->hosts("one --solvers 1");
  ASSERT_EQ(run_up(hosts).exit_code, 0);
  ASSERT_EQ(run_down(hosts).exit_code, 0);
  const auto program = (*machines)[0].programs().front();
  std::fstream{program, std::ios::in | std::ios::out | std::ios::binary} << "damaged";
  const auto again = run_up(hosts);
  EXPECT_EQ(again.exit_code, 0) << again.output;
  EXPECT_TRUE(holds(again.output, "sending the node program")) << again.output;
}

TEST_F(up, a_machine_that_cannot_be_reached_is_told_in_ssh_s_words_and_the_others_come_up) {
  const auto ended = run_up(machines->hosts("nobody\none --solvers 1\n"));
  EXPECT_EQ(ended.exit_code, 1) << ended.output;
  EXPECT_TRUE(holds(ended.output, "nobody  failed: ssh: connect to host 127.0.0.1"))
      << ended.output;
  EXPECT_TRUE(holds(ended.output, "1 of 2 machines up")) << ended.output;
}

TEST_F(up, a_node_that_does_not_start_is_told_with_its_last_words_and_leaves_no_process) {
  const auto ended = run_up(machines->hosts("one --solvers none"));
  EXPECT_EQ(ended.exit_code, 1) << ended.output;
  EXPECT_TRUE(holds(ended.output, "one  failed: its node ended; the last lines of its log: "))
      << ended.output;
  EXPECT_TRUE(holds(ended.output, "--workers")) << ended.output;
  EXPECT_EQ((*machines)[0].node(), 0);
}

TEST_F(up, a_node_that_does_not_reach_the_head_in_time_is_ended) {
  auto words = up_words(machines->hosts("one --solvers 1"));
  words.back() = "127.0.0.1:1"; // nobody is there
  words.insert(words.end(), {"--wait", "2"});
  const auto ended = run_control(words);
  EXPECT_EQ(ended.exit_code, 1) << ended.output;
  EXPECT_TRUE(holds(ended.output, "one  failed: nothing happened for 2 s")) << ended.output;
  EXPECT_EQ((*machines)[0].node(), 0);
}

TEST_F(up, an_interrupt_ends_what_is_not_up_yet) {
  auto words = up_words(machines->hosts("one --solvers 1"));
  words.back() = "127.0.0.1:1";
  const auto child = start_control(words);
  ASSERT_TRUE(becomes_true([&] { return (*machines)[0].node() != 0; }));
  ::kill(child.pid, SIGINT);
  pollfd wait{child.exited.get(), POLLIN, 0};
  EXPECT_GT(::poll(&wait, 1, 20'000), 0);
  EXPECT_EQ(reap(child).exit_code, 130);
  EXPECT_EQ((*machines)[0].node(), 0);
}

TEST_F(up, other_arguments_for_a_node_that_runs_are_refused_until_it_is_down) {
  ASSERT_EQ(run_up(machines->hosts("one --solvers 1")).exit_code, 0);
  const auto ended = run_up(machines->hosts("one --solvers 2"));
  EXPECT_EQ(ended.exit_code, 1) << ended.output;
  EXPECT_TRUE(holds(ended.output, "control down")) << ended.output;
  EXPECT_NE((*machines)[0].node(), 0);
}

TEST_F(up, another_machine_s_architecture_is_refused) {
  std::ofstream{(*machines)[0].home() / "uname"} << "#!/bin/sh\necho Linux vax\n";
  fs::permissions((*machines)[0].home() / "uname", fs::perms::owner_all);
  (*machines)[0].set_login("export PATH=$HOME:$PATH");
  const auto ended = run_up(machines->hosts("one"));
  EXPECT_EQ(ended.exit_code, 1) << ended.output;
  EXPECT_TRUE(holds(ended.output, "that machine is Linux vax")) << ended.output;
  EXPECT_TRUE((*machines)[0].programs().empty());
}

TEST_F(up, down_leaves_alone_what_it_has_not_started) {
  const auto hosts = machines->hosts("one --solvers 1");
  ASSERT_EQ(run_up(hosts).exit_code, 0);
  const auto node = (*machines)[0].node();
  // The record of a process that ended long ago, under a number that is another's now.
  for (const auto& entry : fs::directory_iterator{(*machines)[0].state()})
    if (entry.path().extension() == ".pid") {
      auto record = text_of(entry.path());
      const auto space = record.find(' ');
      record.replace(space + 1, record.find(' ', space + 1) - space - 1, "12345");
      std::ofstream{entry.path()} << record;
    }
  const auto down = run_down(hosts);
  EXPECT_TRUE(holds(down.output, "nothing to end")) << down.output;
  EXPECT_TRUE(is_alive(node));
  ::kill(node, SIGKILL);
}

} // namespace lockstep
