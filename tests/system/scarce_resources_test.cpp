#include "tests/system/programs.hpp"
#include "tests/unit/carriers/control_pki.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <string>

namespace lockstep {

namespace {

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

} // namespace lockstep
