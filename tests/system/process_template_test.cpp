// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/fixtures/programs.hpp"

#include "platform/process/process_template.hpp"
#include "tests/folders.hpp"
#include "tests/holds.hpp"
#include "tests/text_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <system_error>

namespace lockstep {

namespace {

using testing::HasSubstr;

/// The workers' template of a node: its copies end at once where nobody is at their link.
child_program template_of_workers() {
  child_program program;
  program.path = test_folders::programs() / "node";
  program.arguments = {"lockstep-worker", "worker", "--slot", "template"};
  return program;
}

pid_t template_of_this_process() {
  for (const auto pid : family_of(::getpid()))
    if (pid != ::getpid() &&
        test::holds(test::text_of("/proc/" + std::to_string(pid) + "/cmdline"), "template"))
      return pid;
  return 0;
}

/// Makes a copy to whose link nobody listens, and gives what it printed until its end.
std::string words_of_copy(process_template& workers) {
  auto link = make_stream_socket_pair();
  link.first.reset();
  const auto child = workers.copy({"7", std::move(link.second), {}});
  pollfd ended{child.exited.get(), POLLIN, 0};
  ::poll(&ended, 1, -1);
  std::array<char, 4096> text{};
  const auto size = ::read(child.output.get(), text.data(), text.size());
  EXPECT_EQ(reap(child).exit_code, 1);
  return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : "";
}

std::string refusal_of(process_template& workers) {
  try {
    words_of_copy(workers);
  } catch (const std::system_error& thrown) {
    return thrown.what();
  }
  return "accepted";
}

} // namespace

TEST(process_template, copies_are_children_with_a_link_and_captured_output) {
  process_template workers{template_of_workers};
  for (int i = 0; i < 3; ++i)
    EXPECT_THAT(words_of_copy(workers), HasSubstr("the node that started it has ended"));
}

TEST(process_template, one_that_was_killed_is_followed_by_another_for_the_next_copy) {
  process_template workers{template_of_workers};
  words_of_copy(workers);
  const auto first = template_of_this_process();
  ASSERT_NE(first, 0);
  ::kill(first, SIGKILL);
  ASSERT_TRUE(becomes_true([&] { return !is_alive(first); }));
  EXPECT_THAT(words_of_copy(workers), HasSubstr("the node that started it has ended"));
}

TEST(process_template, one_that_does_not_answer_is_given_up_and_nobody_has_the_link) {
  process_template workers{template_of_workers};
  words_of_copy(workers);
  ::kill(template_of_this_process(), SIGSTOP);
  auto link = make_stream_socket_pair();
  EXPECT_THROW((void)workers.copy({"7", std::move(link.second), {}}), std::system_error);
  char byte = 0;
  EXPECT_EQ(::read(link.first.get(), &byte, 1), 0);
  EXPECT_THAT(words_of_copy(workers), HasSubstr("the node that started it has ended"));
}

TEST(process_template, one_that_cannot_begin_is_told_with_its_last_words) {
  process_template none{[] {
    child_program program;
    program.path = "/bin/sh";
    program.arguments = {"sh", "-c", "echo a library is missing >&2; exit 127"};
    return program;
  }};
  EXPECT_THAT(refusal_of(none), HasSubstr("ended with exit code 127: a library is missing"));
  process_template absent{[] {
    child_program program;
    program.path = "/no/such/program";
    program.arguments = {"none"};
    return program;
  }};
  EXPECT_THAT(refusal_of(absent), HasSubstr("cannot execute /no/such/program"));
}

TEST(process_template, leaves_no_process_when_it_goes) {
  pid_t pid = 0;
  {
    process_template workers{template_of_workers};
    words_of_copy(workers);
    pid = template_of_this_process();
    EXPECT_TRUE(is_alive(pid));
  }
  EXPECT_FALSE(is_alive(pid));
}

} // namespace lockstep
