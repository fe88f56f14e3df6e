// SPDX-License-Identifier: BSD-3-Clause

#include "tests/folders.hpp"
#include "tests/holds.hpp"
#include "tests/system/fixtures/programs.hpp"
#include "tests/text_of.hpp"
#include "tests/unit/carriers/control_pki.hpp"
#include "tests/unit/carriers/test_client.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

namespace {

namespace fs = std::filesystem;

/// A pipe with a name that is full, and that nobody reads.
class unread_pipe {
public:
  explicit unread_pipe(std::string path) : path_(std::move(path)) {
    ::mkfifo(path_.c_str(), 0600);
    end_ = unique_descriptor{::open(path_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)};
    const std::string line(4'095, 'x');
    while (::write(end_.get(), (line + '\n').data(), line.size() + 1) > 0) {
    }
  }
  [[nodiscard]] const std::string& path() const { return path_; }

private:
  std::string path_;
  unique_descriptor end_;
};

/// A terminal that somebody has stopped reading, with room left for a few lines.
class unread_terminal {
public:
  unread_terminal() : screen_(::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) {
    ::grantpt(screen_.get());
    ::unlockpt(screen_.get());
    path_ = ::ptsname(screen_.get());
    program_ = unique_descriptor{::open(path_.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
    const std::string line(99, 'x');
    while (::write(program_.get(), (line + '\n').data(), line.size() + 1) > 0) {
    }
    std::array<char, 512> bytes{};
    while (!has_room())
      EXPECT_GT(::read(screen_.get(), bytes.data(), bytes.size()), 0);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

private:
  [[nodiscard]] bool has_room() const {
    pollfd room{program_.get(), POLLOUT, 0};
    return ::poll(&room, 1, 100) > 0; // the kernel makes it on a thread of its own
  }

  unique_descriptor screen_;
  unique_descriptor program_;
  std::string path_;
};

void expect_to_end_when_told(running_head& head) {
  ::kill(head.pid(), SIGTERM);
  const auto ended = head.wait(std::chrono::seconds{30});
  ASSERT_TRUE(ended) << "it still stands";
  EXPECT_EQ(ended->exit_code, 0);
}

} // namespace

TEST(scarce_resources, a_head_and_a_node_whose_output_nobody_reads_go_on_and_end_when_told) {
  const test::control_pki folder;
  const unread_pipe pipe{folder.path("unread")};
  running_head head{{"--solvers", "1"}, 1, "exec >" + pipe.path() + " 2>&1"};
  EXPECT_EQ(head.result_of(head.start("nothing")).at("state"), "done");
  const auto before = head.worker_pid(0);
  ::kill(before, SIGKILL); // its node tells of the next one
  EXPECT_TRUE(becomes_true([&] { return head.worker_pid(0) != before; }));
  ::kill(head.node_pid(), SIGKILL); // its head tells of that
  EXPECT_TRUE(becomes_true([&] { return !head.connect().call("nodes.list").empty(); }));
  EXPECT_EQ(head.result_of(head.start("nothing")).at("state"), "done");
  expect_to_end_when_told(head);
}

TEST(scarce_resources, a_head_whose_terminal_stops_in_the_middle_of_a_line_goes_on_and_ends) {
  const unread_terminal terminal;
  running_head head{{"--solvers", "1"}, 1, "exec >" + terminal.path()};
  EXPECT_EQ(
      head.result_of(head.start("plan_floods", {{"parameters", {{"steps", 100}}}})).at("state"),
      "done");
  expect_to_end_when_told(head);
}

TEST(scarce_resources, a_head_whose_audit_nobody_reads_answers_and_ends_when_told) {
  const test::control_pki pki; // with a cluster the audit goes to standard error
  const unread_pipe pipe{pki.path("unread")};
  running_head head{
      {"--cluster", "127.0.0.1:0", "--pki", pki.folder()}, 0, "exec 2>" + pipe.path()};
  for (int i = 0; i < 10; ++i)
    head.connect().call("runs.cancel", {{"run", head.start("nothing")}});
  EXPECT_EQ(head.connect().call("runs.list").size(), 10U);
  expect_to_end_when_told(head);
}

TEST(scarce_resources, payloads_and_logs_over_the_limit_for_files_harm_nobody) {
  const test::control_pki folder;
  const auto logs = folder.path("logs");
  fs::create_directory(logs);
  running_head head{{"--solvers", "2", "--log-dir", logs}, 1, "ulimit -f 64"}; // 32 or 64 KiB
  const auto node = head.node_pid();
  const auto run = head.connect().call("runs.start", {{"model", "large_payloads"}}).at("run");
  const auto ended = head.result_of(run);
  EXPECT_EQ(ended.at("state"), "done") << ended;
  EXPECT_EQ(head.result_of(head.start("print")).at("state"), "done");
  EXPECT_EQ(head.node_pid(), node);
  // More than a file may have: the newest is in it, the others were moved on.
  EXPECT_TRUE(becomes_true([&] {
    return test::holds(test::text_of(logs + "/solver-1.log"), " line 2999\n") &&
           fs::exists(logs + "/solver-1.1.log");
  }));
}

TEST(scarce_resources, with_too_few_descriptors_head_and_node_say_so_and_end) {
  const auto under = [](const std::string& limit, const std::string& program,
                        const std::string& words) {
    return to_its_end(
        start_program("/bin/sh",
                      {"-c", "ulimit -n " + limit + "; exec " + test_folders::programs().string() +
                                 "/" + program + " " + words},
                      true));
  };
  const auto head = under("20", "control", "serve --no-node --listen 127.0.0.1:0");
  EXPECT_EQ(head.exit_code, 1);
  EXPECT_TRUE(test::holds(head.output, "a head needs at least 38: raise `ulimit -n`"))
      << head.output;
  const auto both = under("37", "control", "serve --solvers 2 --listen 127.0.0.1:0");
  EXPECT_EQ(both.exit_code, 1);
  EXPECT_TRUE(test::holds(both.output, "37 files and sockets at once, and a head with a node of 2 "
                                       "solvers (--workers) needs at least 38: raise `ulimit -n`"))
      << both.output;
  const auto places = under("31", "control", "serve --listen 127.0.0.1:0"); // at least one
  EXPECT_EQ(places.exit_code, 1);
  EXPECT_TRUE(test::holds(places.output, "a head with a node of ")) << places.output;
  const auto node = under("40", "node", "--solvers 5 --join 127.0.0.1:1");
  EXPECT_EQ(node.exit_code, 1);
  EXPECT_TRUE(test::holds(node.output, "a node of 5 solvers (--workers) needs at least 56"))
      << node.output;
}

TEST(scarce_resources, just_enough_descriptors_are_enough_for_head_and_node) {
  running_head head{{"--solvers", "2"}, 1, "ulimit -n 38"};
  EXPECT_EQ(head.result_of(head.start("nothing")).at("state"), "done");
}

TEST(scarce_resources, a_quiet_heads_node_tells_its_errors_and_nothing_else) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a program with the thread sanitizer writes a file as it starts";
#endif
  const test::control_pki folder;
  const auto logs = folder.path("logs");
  fs::create_directory(logs);
  const auto ended = to_its_end(start_program(
      "/bin/sh",
      {"-c", "ulimit -f 0; exec " + (test_folders::programs() / "control").string() +
                 " run misbehaving --what print --own-head --workers 2 --log-dir " + logs},
      true));
  EXPECT_EQ(ended.exit_code, 0) << ended.output;
  EXPECT_TRUE(test::holds(ended.output, "node: cannot write " + logs + "/solver-1.log"))
      << ended.output;
  EXPECT_FALSE(test::holds(ended.output, "core ")) << ended.output;
}

TEST(scarce_resources, clients_leave_the_head_the_descriptors_that_it_needs) {
  using test::client;
  running_head head{{"--solvers", "1"}, 1, "ulimit -n 70"};
  std::vector<client> clients;
  std::string answer;
  while (!test::holds(answer, "there may be at most") && clients.size() < 60) {
    clients.emplace_back(head.where());
    clients.back().send(R"({"jsonrpc":"2.0","id":1,"method":"system.describe"})"
                        "\n");
    answer = clients.back().line().value_or("no answer");
    ASSERT_FALSE(test::holds(answer, "token")) << "it does not know its own user any more";
    ASSERT_NE(answer, "no answer") << clients.size();
  }
  EXPECT_GT(clients.size(), 20U);
  EXPECT_LT(clients.size(), 60U);
  auto& known = clients.front(); // a run has what it needs while there are as many as there may be
  known.send(R"({"jsonrpc":"2.0","id":2,"method":"runs.start","params":{"model":"misbehaving"}})"
             "\n");
  ASSERT_TRUE(known.line());
  known.send(
      R"({"jsonrpc":"2.0","id":3,"method":"runs.result","params":{"run":"r1","wait_ms":9000}})"
      "\n");
  const auto ended = known.line().value_or("no answer");
  EXPECT_TRUE(test::holds(ended, R"("state":"done")")) << ended;
  while (clients.size() > 1)
    clients.pop_back();
  EXPECT_TRUE(becomes_true([&] {
    try {
      head.connect().call("system.describe");
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }));
  EXPECT_EQ(head.result_of(head.start("nothing")).at("state"), "done");
  head.connect().call("system.terminate");
  EXPECT_TRUE(head.wait(std::chrono::seconds{30}));
}

} // namespace lockstep
