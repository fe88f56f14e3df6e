// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/process/watched_child.hpp"

#include <gtest/gtest.h>

#include <sched.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <string>
#include <system_error>

namespace lockstep {

namespace {

/// What a shell prints in a child that was prepared by `change`.
template <class Change>
std::string printed(const std::string& script, Change change) {
  child_watcher watcher;
  watched_child child;
  auto program = watched_child::shell(script);
  change(program);
  watcher.start(1, std::move(program), child.callbacks());
  (void)child.how_it_ended();
  return child.output_with("");
}

std::string printed(const std::string& script) {
  return printed(script, [](child_program&) {});
}

int first_usable_processor() {
  cpu_set_t mask;
  ::sched_getaffinity(0, sizeof mask, &mask);
  int processor = 0;
  while (!CPU_ISSET(static_cast<std::size_t>(processor), &mask))
    ++processor;
  return processor;
}

} // namespace

TEST(child_process, its_link_is_descriptor_three) {
  static_assert(link_descriptor == 3);
  auto link = make_stream_socket_pair();
  printed("echo through the link >&3",
          [&](child_program& program) { program.link = std::move(link.second); });
  std::array<char, 64> text{};
  const auto size = ::read(link.first.get(), text.data(), text.size());
  ASSERT_GT(size, 0);
  EXPECT_EQ(std::string(text.data(), static_cast<std::size_t>(size)), "through the link\n");
}

TEST(child_process, its_input_is_what_it_was_given_and_else_nothing) {
  EXPECT_EQ(printed("cat"), "");
  auto input = make_pipe();
  ASSERT_EQ(::write(input.second.get(), "words", 5), 5);
  input.second.reset();
  EXPECT_EQ(printed("cat", [&](child_program& program) { program.input = std::move(input.first); }),
            "words");
}

TEST(child_process, it_inherits_no_other_descriptor) {
  const auto open_for_all = make_pipe();
  const unique_descriptor inherited{::dup(open_for_all.first.get())};
  // The shell's own descriptors are those of ls and one for the folder that it lists.
  EXPECT_EQ(printed("ls /proc/self/fd | tr '\\n' ' '"), "0 1 2 3 ");
}

TEST(child_process, it_reads_nothing_from_its_parent) {
  EXPECT_EQ(printed("cat; echo end"), "end\n");
}

TEST(child_process, an_environment_variable_is_a_default_only) {
  const auto with_default = [](child_program& program) {
    program.environment_defaults = {{"LOCKSTEP_UNIT_TEST_VARIABLE", "default"}};
  };
  const std::string script = "echo $LOCKSTEP_UNIT_TEST_VARIABLE";
  EXPECT_EQ(printed(script, with_default), "default\n");
  ::setenv("LOCKSTEP_UNIT_TEST_VARIABLE", "set by a person", 1);
  EXPECT_EQ(printed(script, with_default), "set by a person\n");
  ::unsetenv("LOCKSTEP_UNIT_TEST_VARIABLE");
}

TEST(child_process, it_runs_on_the_given_processors_only) {
  const int processor = first_usable_processor();
  EXPECT_EQ(printed("grep Cpus_allowed_list /proc/self/status | tr -d '[:blank:]'",
                    [&](child_program& program) { program.cores = {processor}; }),
            "Cpus_allowed_list:" + std::to_string(processor) + '\n');
}

TEST(child_process, a_processor_that_there_is_not_is_reported) {
  auto program = watched_child::shell("exit 0");
  program.cores = {CPU_SETSIZE - 1};
  EXPECT_THROW((void)start_child(std::move(program)), std::system_error);
}

TEST(child_process, it_is_in_a_process_group_of_its_own) {
  EXPECT_EQ(printed("test $(cut -d' ' -f5 /proc/$$/stat) = $$ && echo own"), "own\n");
}

TEST(child_process, it_starts_with_no_signal_blocked_or_ignored) {
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  const auto text = printed("grep -E 'Sig(Blk|Ign)' /proc/self/status | tr -d '[:blank:]'");
  ::signal(SIGPIPE, before);
  EXPECT_EQ(text, "SigBlk:0000000000000000\nSigIgn:0000000000000000\n");
}

} // namespace lockstep
