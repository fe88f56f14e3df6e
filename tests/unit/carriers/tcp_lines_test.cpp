// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/tcp_lines.hpp"

#include "tests/unit/carriers/echo_server.hpp"
#include "tests/unit/carriers/test_client.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/socket.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace lockstep {

namespace {

using test::any_port;
using test::client;
using test::echo_server;
using namespace std::chrono_literals;

std::string refusal(const address& where) {
  test::echo_handler handler;
  try {
    auto options = any_port();
    options.listen = where;
    const tcp_lines carrier(options, handler);
  } catch (const carrier_error& error) {
    return error.what();
  }
  return "listens";
}

/// Whether programs that this process starts would inherit one of its sockets.
bool leaks_sockets() {
  for (int descriptor = 3; descriptor < 256; ++descriptor) {
    const int flags = ::fcntl(descriptor, F_GETFD);
    int type = 0;
    socklen_t size = sizeof type;
    const bool is_socket = ::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
    if (is_socket && (flags & FD_CLOEXEC) == 0)
      return true;
  }
  return false;
}

} // namespace

TEST(tcp_lines, port_0_takes_any_port_and_tells_which) {
  echo_server server;
  EXPECT_EQ(server.where.host, "127.0.0.1");
  EXPECT_NE(server.where.port, 0);
  client someone(server.where);
  someone.send("hello\n");
  EXPECT_EQ(someone.line(), "hello");
}

TEST(tcp_lines, ipv6_loopback_and_localhost_can_be_listened_on) {
  auto options = any_port();
  options.listen.host = "::1";
  echo_server six(options);
  client someone(six.where);
  someone.send("hello\n");
  EXPECT_EQ(someone.line(), "hello");
  options.listen.host = "localhost";
  echo_server named(options);
  EXPECT_EQ(named.where.host, "127.0.0.1");
}

TEST(tcp_lines, what_is_not_loopback_is_refused_with_what_to_do) {
  for (const auto* host : {"0.0.0.0", "::", "192.0.2.1"}) {
    const auto why = refusal({host, 0});
    EXPECT_NE(why.find("TLS and a token"), std::string::npos) << why;
    EXPECT_NE(why.find("Listen on 127.0.0.1"), std::string::npos) << why;
  }
}

TEST(tcp_lines, a_port_that_is_taken_is_refused_with_what_to_do) {
  echo_server server;
  EXPECT_NE(refusal(server.where).find("another program listens there"), std::string::npos);
}

TEST(tcp_lines, a_second_start_on_the_same_port_works_at_once) {
  auto options = any_port();
  for (int start = 0; start < 5; ++start) {
    echo_server server(options);
    options.listen = server.where;
    client someone(server.where);
    someone.send("x\n");
    EXPECT_EQ(someone.line(), "x");
    server.carrier.stop();
    EXPECT_TRUE(someone.closed());
  }
}

TEST(tcp_lines, lines_come_back_in_order_however_they_were_cut) {
  echo_server server;
  client someone(server.where);
  someone.send("one\r\ntwo\n\n\nth");
  EXPECT_EQ(someone.line(), "one");
  EXPECT_EQ(someone.line(), "two");
  someone.send("ree\n");
  EXPECT_EQ(someone.line(), "three");
}

TEST(tcp_lines, a_client_that_ends_its_input_still_gets_its_answers) {
  echo_server server;
  server.handler.answer_after(50ms);
  client someone(server.where);
  someone.send("one\ntwo");
  someone.end();
  EXPECT_EQ(someone.line(), "one");
  EXPECT_EQ(someone.line(), "two");
  EXPECT_TRUE(someone.closed());
  EXPECT_TRUE(server.handler.wait_for_closed(1));
}

TEST(tcp_lines, a_large_answer_reaches_a_client_that_has_ended_its_input) {
  auto options = any_port();
  options.linger = 200ms;
  options.waiting_bytes = 1'000;
  echo_server server(options);
  client someone(server.where, 4'096);
  const std::string large(4'000'000, 'x');
  someone.send(large + "\n");
  someone.end();
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(someone.line(), large);
  EXPECT_TRUE(someone.closed());
}

TEST(tcp_lines, a_client_that_goes_away_without_a_word_is_noticed) {
  echo_server server;
  server.handler.keep_open();
  {
    client someone(server.where);
    someone.send("x\n");
    EXPECT_EQ(someone.line(), "x");
  }
  ASSERT_TRUE(server.handler.wait_for_ended(1));
  for (int i = 0; i < 3; ++i) {
    server.send(1, "anyone?");
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_TRUE(server.handler.wait_for_closed(1));
}

TEST(tcp_lines, lines_sent_from_many_threads_arrive_whole) {
  echo_server server;
  client someone(server.where);
  ASSERT_TRUE(server.handler.wait_for_opened(1));
  std::vector<std::thread> senders;
  for (int sender = 0; sender < 4; ++sender)
    senders.emplace_back([&server, sender] {
      const auto text = std::string(5'000, static_cast<char>('a' + sender));
      for (int i = 0; i < 500; ++i)
        server.send(1, text);
    });
  for (int i = 0; i < 2'000; ++i) {
    const auto line = someone.line();
    ASSERT_TRUE(line.has_value());
    ASSERT_EQ(*line, std::string(5'000, line->at(0)));
  }
  for (auto& sender : senders)
    sender.join();
}

TEST(tcp_lines, closing_sends_what_was_sent_before) {
  echo_server server;
  client someone(server.where);
  ASSERT_TRUE(server.handler.wait_for_opened(1));
  server.send(1, "last words");
  server.carrier.close(connection_id{1});
  server.send(1, "too late");
  EXPECT_EQ(someone.line(), "last words");
  EXPECT_TRUE(someone.closed());
  EXPECT_TRUE(server.handler.wait_for_closed(1));
}

TEST(tcp_lines, who_has_closed_altogether_is_gone_at_once_although_it_is_owed_something) {
  echo_server server;
  server.handler.keep_open();
  client waiting(server.where);
  waiting.send("a question\n");
  waiting.end();
  { client vanishing(server.where); }
  ASSERT_TRUE(server.handler.wait_for_ended(2));
  EXPECT_TRUE(server.handler.wait_for_closed(1));
  EXPECT_EQ(waiting.line(), "a question");
  server.send(1, "an answer");
  EXPECT_EQ(waiting.line(), "an answer");
  EXPECT_EQ(server.handler.closed_count(), 1);
}

TEST(tcp_lines, stopping_closes_all_and_may_be_done_again) {
  echo_server server;
  client first(server.where);
  client second(server.where);
  ASSERT_TRUE(server.handler.wait_for_opened(2));
  const auto start = std::chrono::steady_clock::now();
  server.carrier.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1s);
  EXPECT_TRUE(first.closed());
  EXPECT_TRUE(second.closed());
  EXPECT_EQ(server.handler.closed_count(), 2);
  server.carrier.stop();
  server.send(1, "nobody");
  EXPECT_THROW(client{server.where}, std::runtime_error);
}

TEST(tcp_lines, programs_that_are_started_do_not_inherit_its_sockets) {
  echo_server server;
  client someone(server.where);
  ASSERT_TRUE(server.handler.wait_for_opened(1));
  EXPECT_FALSE(leaks_sockets());
}

} // namespace lockstep
