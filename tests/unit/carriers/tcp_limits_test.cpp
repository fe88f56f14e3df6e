// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/tcp_lines.hpp"

#include "tests/unit/carriers/echo_server.hpp"
#include "tests/unit/carriers/test_client.hpp"

#include <lockstep/json.hpp>

#include <gtest/gtest.h>

#include <sys/resource.h>

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

/// Thousands of sockets at once need more descriptors than a shell gives.
void allow_many_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace

TEST(tcp_limits, a_thousand_idle_clients_leave_another_one_served) {
  allow_many_descriptors();
  echo_server server;
  std::vector<client> idle;
  for (int i = 0; i < 1'000; ++i)
    idle.emplace_back(server.where);
  client busy(server.where);
  for (int i = 0; i < 100; ++i) {
    busy.send("ping\n");
    ASSERT_EQ(busy.line(), "ping");
  }
  idle.back().send("still here\n");
  EXPECT_EQ(idle.back().line(), "still here");
  EXPECT_EQ(server.handler.opened_count(), 1'001);
}

TEST(tcp_limits, more_connections_than_allowed_are_told_and_closed) {
  auto options = any_port();
  options.connections = 2;
  echo_server server(options);
  client first(server.where);
  {
    client second(server.where);
    second.send("x\n");
    EXPECT_EQ(second.line(), "x");
    client third(server.where);
    third.send("x\n");
    EXPECT_NE(message_of(third.line()).find("at most 2 connections"), std::string::npos);
    EXPECT_TRUE(third.closed());
  }
  ASSERT_TRUE(server.handler.wait_for_closed(1));
  client fourth(server.where);
  fourth.send("x\n");
  EXPECT_EQ(fourth.line(), "x");
}

TEST(tcp_limits, a_line_without_end_is_told_and_closed_while_it_is_still_sent) {
  auto options = any_port();
  options.line_bytes = 100'000;
  echo_server server(options);
  client other(server.where);
  client endless(server.where);
  const std::string piece(50'000, 'x');
  for (int i = 0; i < 40; ++i)
    ASSERT_TRUE(endless.send(piece));
  EXPECT_NE(message_of(endless.line()).find("at most 100000 bytes"), std::string::npos);
  EXPECT_TRUE(endless.closed());
  other.send("x\n");
  EXPECT_EQ(other.line(), "x");
}

TEST(tcp_limits, one_that_never_stops_sending_is_cut_off) {
  auto options = any_port();
  options.line_bytes = 1'000;
  options.linger = 100ms;
  echo_server server(options);
  client endless(server.where);
  const std::string piece(50'000, 'x');
  const auto start = std::chrono::steady_clock::now();
  while (endless.send(piece) && std::chrono::steady_clock::now() - start < 10s)
    std::this_thread::sleep_for(1ms);
  EXPECT_TRUE(server.handler.wait_for_closed(1));
}

TEST(tcp_limits, a_slow_reader_is_told_and_dropped_and_nobody_else_notices) {
  auto options = any_port();
  options.waiting_bytes = 1'000'000;
  options.linger = 60s; // it reads, but only when all has been sent
  echo_server server(options);
  client slow(server.where, 4'096);
  client other(server.where);
  other.send("x\n");
  ASSERT_EQ(other.line(), "x");
  const auto event = std::make_shared<const std::string>(10'000, 'e');
  for (int i = 0; i < 2'000; ++i)
    server.carrier.send(connection_id{1}, event);
  other.send("y\n");
  EXPECT_EQ(other.line(), "y");
  std::string last;
  for (int i = 0; auto line = slow.line(); ++i) {
    ASSERT_LT(i, 2'000);
    ASSERT_TRUE(last.empty() || last == *event);
    last = *line;
  }
  EXPECT_EQ(json::parse(last)["method"], "dropped");
  EXPECT_NE(last.find("reads too slowly"), std::string::npos);
  EXPECT_TRUE(server.handler.wait_for_closed(1));
}

TEST(tcp_limits, a_slow_reader_that_never_reads_is_cut_off) {
  auto options = any_port();
  options.waiting_bytes = 100'000;
  options.linger = 50ms;
  echo_server server(options);
  client slow(server.where, 4'096);
  ASSERT_TRUE(server.handler.wait_for_opened(1));
  const auto event = std::make_shared<const std::string>(100'000, 'e');
  for (int i = 0; i < 200; ++i)
    server.carrier.send(connection_id{1}, event);
  EXPECT_TRUE(server.handler.wait_for_closed(1));
}

TEST(tcp_limits, a_browser_is_closed_before_its_body_is_read) {
  echo_server server;
  client browser(server.where);
  browser.send("POST / HTTP/1.1\r\nHost: localhost\r\n\r\n{\"jsonrpc\":\"2.0\"}\n");
  EXPECT_NE(message_of(browser.line()).find("not HTTP"), std::string::npos);
  EXPECT_TRUE(browser.closed());
  EXPECT_EQ(server.handler.line_count(), 0);
}

TEST(tcp_limits, stopping_does_not_wait_for_a_client_that_does_not_read) {
  auto options = any_port();
  options.linger = 100ms;
  echo_server server(options);
  client slow(server.where, 4'096);
  ASSERT_TRUE(server.handler.wait_for_opened(1));
  server.send(1, std::string(20'000'000, 'x'));
  const auto start = std::chrono::steady_clock::now();
  server.carrier.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  EXPECT_EQ(server.handler.closed_count(), 1);
}

} // namespace lockstep
