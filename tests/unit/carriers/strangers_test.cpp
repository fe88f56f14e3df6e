// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/tcp_lines.hpp"

#include "tests/unit/carriers/echo_server.hpp"
#include "tests/unit/carriers/test_client.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace lockstep {

namespace {

using test::any_port;
using test::client;
using test::echo_server;
using test::message_of;
using namespace std::chrono_literals;

} // namespace

TEST(unauthenticated, one_who_is_not_trusted_in_time_is_told_and_closed) {
  auto options = any_port();
  options.unauthenticated_limit = 100ms;
  echo_server server(options);
  server.handler.trust_nobody();
  client someone(server.where);
  someone.send("hello\n");
  EXPECT_EQ(someone.line(), "hello");
  EXPECT_NE(message_of(someone.line()).find("No token came within 100 ms"), std::string::npos);
  EXPECT_TRUE(someone.closed());
  EXPECT_TRUE(server.handler.wait_for_closed(1));
  EXPECT_EQ(server.handler.why_refused(), "no token came within 100 ms");
}

TEST(unauthenticated, a_byte_now_and_then_gains_no_time) {
  auto options = any_port();
  options.unauthenticated_limit = 200ms;
  echo_server server(options);
  server.handler.trust_nobody();
  client slow(server.where);
  const auto begin = std::chrono::steady_clock::now();
  while (slow.send("x") && std::chrono::steady_clock::now() - begin < 5s)
    std::this_thread::sleep_for(10ms);
  EXPECT_TRUE(server.handler.wait_for_closed(1));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  EXPECT_EQ(server.handler.line_count(), 0);
}

TEST(unauthenticated, one_that_is_trusted_stays) {
  auto options = any_port();
  options.unauthenticated_limit = 100ms;
  echo_server server(options);
  server.handler.trust_nobody();
  client someone(server.where);
  ASSERT_TRUE(server.handler.wait_for_opened(1));
  server.carrier.trust(connection_id{1});
  client other(server.where);
  EXPECT_TRUE(other.line()); // until its limit, which is later, was over
  someone.send("still here\n");
  EXPECT_EQ(someone.line(), "still here");
}

TEST(unauthenticated, their_lines_are_short_until_they_are_trusted) {
  echo_server server;
  server.handler.trust_nobody();
  client endless(server.where);
  endless.send(std::string(5'000, 'x'));
  EXPECT_NE(message_of(endless.line()).find("at most 4096 bytes"), std::string::npos);
  EXPECT_TRUE(endless.closed());
  EXPECT_TRUE(server.handler.wait_for_refused(1));
  client someone(server.where);
  ASSERT_TRUE(server.handler.wait_for_opened(2));
  server.carrier.trust(connection_id{2});
  const std::string longer(100'000, 'y');
  someone.send("first\n"); // whose answer shows that the trust has arrived
  EXPECT_EQ(someone.line(), "first");
  someone.send(longer + '\n');
  EXPECT_EQ(someone.line(), longer);
}

TEST(unauthenticated, of_too_many_the_oldest_goes) {
  auto options = any_port();
  options.unauthenticated = 3;
  echo_server server(options);
  server.handler.trust_nobody();
  std::vector<client> all;
  for (int i = 0; i < 4; ++i)
    all.emplace_back(server.where);
  EXPECT_TRUE(all.front().closed());
  EXPECT_EQ(server.handler.why_refused(), "there were 3 younger connections without a token");
  for (std::size_t i = 1; i < all.size(); ++i) {
    all[i].send("x\n");
    EXPECT_EQ(all[i].line(), "x") << i;
  }
}

} // namespace lockstep
