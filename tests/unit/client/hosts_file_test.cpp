// SPDX-License-Identifier: BSD-3-Clause

#include "control/client/usage_error.hpp"
#include "control/deploy/hosts_file.hpp"
#include "tests/holds.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace lockstep {

namespace {

using test::holds;

/// What is wrong with a hosts file of this text; empty if nothing is.
std::string fault_of(const std::string& text) {
  try {
    (void)parse_hosts(text, "hosts");
    return {};
  } catch (const usage_error& wrong) {
    return wrong.what();
  }
}

} // namespace

TEST(hosts_file, a_line_is_a_machine_and_the_options_of_its_node) {
  const auto hosts = parse_hosts("# all of them\n"
                                 "alpha\n"
                                 "\n"
                                 "  me@beta.example   --solvers 4 --per=thread # the big one\r\n"
                                 "fe80::1%eth0",
                                 "hosts");
  ASSERT_EQ(hosts.size(), 3U);
  EXPECT_EQ(hosts[0].target, "alpha");
  EXPECT_TRUE(hosts[0].node_options.empty());
  EXPECT_EQ(hosts[1].target, "me@beta.example");
  EXPECT_EQ(hosts[1].node_options, (std::vector<std::string>{"--solvers", "4", "--per=thread"}));
  EXPECT_EQ(hosts[1].line, 4U);
  EXPECT_EQ(hosts[2].target, "fe80::1%eth0");
}

TEST(hosts_file, what_ssh_or_a_shell_would_take_for_something_else_is_refused_with_its_line) {
  for (const std::string target : {"-oProxyCommand=touch", "me@-x", "a;reboot", "$(id)", "a`id`",
                                   "a'b", "@host", "me@", "a/b", "a\\b", "\xc3\xa9"})
    EXPECT_TRUE(holds(fault_of("alpha\n" + target), "hosts:2:")) << target << fault_of(target);
  for (const std::string option : {"--solvers $(id)", "--log-dir a;b", "--log-dir 'a'", "worker",
                                   "--log-dir ~/x", "--log-dir a>b"})
    EXPECT_TRUE(holds(fault_of("alpha " + option), "hosts:1:")) << option;
}

TEST(hosts_file, what_up_itself_says_to_the_node_is_refused) {
  for (const std::string option :
       {"--join a:1", "--token-file=x", "--identity x", "--show-cores", "--solvers 2 --version"})
    EXPECT_TRUE(holds(fault_of("alpha " + option), "control up")) << option;
}

TEST(hosts_file, a_machine_twice_and_no_machine_at_all_are_refused) {
  EXPECT_TRUE(holds(fault_of("alpha\nbeta\nalpha --solvers 2"), "hosts:3: 'alpha' stands there"));
  EXPECT_TRUE(holds(fault_of("# nobody\n"), "names no host"));
}

TEST(hosts_file, it_has_limits) {
  std::string many;
  for (std::size_t i = 0; i <= hosts_limits::hosts; ++i)
    many += "h" + std::to_string(i) + '\n';
  EXPECT_TRUE(holds(fault_of(many), "more than 1000 hosts"));
  EXPECT_TRUE(holds(fault_of(std::string(hosts_limits::word_bytes + 1, 'a')), "longer than 255"));
  std::string words = "alpha";
  for (std::size_t i = 0; i <= hosts_limits::words_of_host; ++i)
    words += " --x";
  EXPECT_TRUE(holds(fault_of(words), "more than 32 words"));
}

TEST(hosts_file, a_file_that_is_not_there_or_too_large_is_refused) {
  EXPECT_THROW((void)read_hosts_file("/nowhere/hosts"), usage_error);
  EXPECT_THROW((void)read_hosts_file("/"), usage_error);
  const auto path = testing::TempDir() + "large_hosts";
  std::ofstream{path} << "alpha\n" << std::string(hosts_limits::file_bytes, '#');
  try {
    (void)read_hosts_file(path);
    ADD_FAILURE() << "it was read";
  } catch (const usage_error& wrong) {
    EXPECT_TRUE(holds(wrong.what(), "larger")) << wrong.what();
  }
  std::ofstream{path} << "alpha --solvers 2\n";
  EXPECT_EQ(read_hosts_file(path).size(), 1U);
  std::remove(path.c_str());
}

} // namespace lockstep
