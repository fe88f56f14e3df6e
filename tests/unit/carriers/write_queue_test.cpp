// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/write_queue.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

namespace lockstep {

namespace {

class write_queue_test : public ::testing::Test {
protected:
  write_queue_test() { ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_.data()); }
  ~write_queue_test() override {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }

  void push(std::string text) { box_.push(std::make_shared<const std::string>(std::move(text))); }
  write_queue::outcome write() { return box_.write_to(ends_[0]); }

  std::string read() {
    std::string text;
    std::array<char, 4'096> buffer{};
    for (ssize_t count = 0; (count = ::read(ends_[1], buffer.data(), buffer.size())) > 0;)
      text.append(buffer.data(), static_cast<std::size_t>(count));
    return text;
  }

  std::array<int, 2> ends_{};
  write_queue box_;
};

} // namespace

TEST_F(write_queue_test, many_lines_go_out_whole_and_in_order) {
  std::string expected;
  for (int i = 0; i < 1'000; ++i) {
    push(std::to_string(i));
    expected += std::to_string(i) + "\n";
  }
  EXPECT_EQ(write(), write_queue::outcome::empty);
  EXPECT_EQ(read(), expected);
}

TEST_F(write_queue_test, lines_larger_than_the_socket_takes_go_out_piece_by_piece) {
  const std::string large(3'000'000, 'x');
  push(large);
  push("end");
  std::string received;
  while (write() == write_queue::outcome::blocked)
    received += read();
  received += read();
  EXPECT_EQ(received, large + "\nend\n");
  EXPECT_EQ(box_.written_bytes(), received.size());
}

TEST_F(write_queue_test, bytes_wait_behind_the_line_under_way) {
  push(std::string(3'000'000, 'x'));
  EXPECT_EQ(write(), write_queue::outcome::blocked);
  EXPECT_EQ(box_.waiting_bytes(), 0U);
  push("12345");
  EXPECT_EQ(box_.waiting_bytes(), 6U);
}

TEST_F(write_queue_test, dropping_leaves_the_line_of_which_a_part_is_out) {
  const std::string large(3'000'000, 'x');
  push(large);
  EXPECT_EQ(write(), write_queue::outcome::blocked);
  push("dropped");
  box_.drop_whole_lines();
  push("last");
  std::string received;
  while (write() == write_queue::outcome::blocked)
    received += read();
  received += read();
  EXPECT_EQ(received, large + "\nlast\n");
}

TEST_F(write_queue_test, a_peer_that_is_gone_breaks_it_without_a_signal) {
  ::shutdown(ends_[1], SHUT_RD);
  push("x");
  EXPECT_EQ(write(), write_queue::outcome::broken);
}

} // namespace lockstep
