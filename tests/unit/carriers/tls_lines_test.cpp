// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/tcp_lines.hpp"

#include "control/client/connection.hpp"
#include "control/client/head_stream.hpp"
#include "tests/unit/carriers/control_pki.hpp"
#include "tests/unit/carriers/echo_server.hpp"
#include "tests/unit/carriers/test_client.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace lockstep {

namespace {

using test::any_port;
using test::client;
using test::control_pki;
using test::echo_server;
using test::message_of;
using namespace std::chrono_literals;

tcp_lines_options with_tls(const control_pki& pki) {
  auto options = any_port();
  options.tls = pki.server();
  return options;
}

/// A client over TLS. What does not come within ten seconds does not come.
class tls_client {
public:
  explicit tls_client(const head_access& to) : stream_(to) {}

  void send(std::string_view bytes) { stream_.send(bytes); }

  std::optional<std::string> line() {
    const auto end_of_patience = std::chrono::steady_clock::now() + 10s;
    for (;;) {
      if (const auto end = kept_.find('\n'); end != std::string::npos) {
        auto line = kept_.substr(0, end);
        kept_.erase(0, end + 1);
        return line;
      }
      if (std::chrono::steady_clock::now() > end_of_patience)
        return "nothing came";
      if (stream_.wait(1s) && !stream_.receive(kept_))
        return std::nullopt;
    }
  }

private:
  head_stream stream_;
  std::string kept_;
};

std::string refusal_of(const head_access& to) {
  try {
    const head_stream stream{to};
  } catch (const cannot_connect& why) {
    return why.what();
  }
  return "connected";
}

} // namespace

TEST(tls_lines, lines_come_back_and_the_handler_knows_that_they_were_encrypted) {
  const control_pki pki;
  echo_server server(with_tls(pki));
  tls_client someone(pki.access(server.where));
  someone.send("one\r\ntwo\nth");
  EXPECT_EQ(someone.line(), "one");
  EXPECT_EQ(someone.line(), "two");
  someone.send("ree\n");
  EXPECT_EQ(someone.line(), "three");
  EXPECT_TRUE(server.handler.peer().encrypted);
}

TEST(tls_lines, large_lines_arrive_whole_in_both_directions) {
  const control_pki pki;
  echo_server server(with_tls(pki));
  tls_client someone(pki.access(server.where));
  for (const std::size_t size :
       {std::size_t{16'383}, std::size_t{16'384}, std::size_t{4'000'000}}) {
    const std::string large(size, 'x');
    someone.send(large + '\n');
    EXPECT_EQ(someone.line(), large) << size;
  }
}

TEST(tls_lines, lines_sent_from_many_threads_arrive_whole_while_others_are_read) {
  const control_pki pki;
  echo_server server(with_tls(pki));
  tls_client someone(pki.access(server.where));
  ASSERT_TRUE(server.handler.wait_for_opened(1));
  std::vector<std::thread> senders;
  for (int sender = 0; sender < 4; ++sender)
    senders.emplace_back([&server, sender] {
      const auto text = std::string(5'000, static_cast<char>('a' + sender));
      for (int i = 0; i < 250; ++i)
        server.send(1, text);
    });
  for (int i = 0; i < 250; ++i)
    someone.send(std::string(5'000, 'e') + '\n');
  for (int i = 0; i < 1'250; ++i) {
    const auto line = someone.line();
    ASSERT_TRUE(line.has_value());
    ASSERT_EQ(*line, std::string(5'000, line->at(0)));
  }
  for (auto& sender : senders)
    sender.join();
}

TEST(tls_lines, a_slow_reader_is_told_and_dropped_between_whole_lines) {
  const control_pki pki;
  auto options = with_tls(pki);
  options.waiting_bytes = 1'000'000;
  options.linger = 60s; // it reads, but only when all has been sent
  echo_server server(options);
  tls_client slow(pki.access(server.where));
  ASSERT_TRUE(server.handler.wait_for_opened(1));
  const std::string event(10'000, 'e');
  for (int i = 0; i < 2'000; ++i)
    server.send(1, event);
  std::string last;
  for (int i = 0; auto line = slow.line(); ++i) {
    ASSERT_LT(i, 2'000);
    ASSERT_TRUE(last.empty() || last == event);
    last = *line;
  }
  EXPECT_EQ(json::parse(last)["method"], "dropped");
  EXPECT_TRUE(server.handler.wait_for_closed(1));
}

TEST(tls_lines, closing_sends_what_was_sent_before) {
  const control_pki pki;
  echo_server server(with_tls(pki));
  tls_client someone(pki.access(server.where));
  ASSERT_TRUE(server.handler.wait_for_opened(1));
  server.send(1, "last words");
  server.carrier.close(connection_id{1});
  EXPECT_EQ(someone.line(), "last words");
  EXPECT_EQ(someone.line(), std::nullopt);
  EXPECT_TRUE(server.handler.wait_for_closed(1));
}

TEST(tls_lines, plain_bytes_get_one_plain_line_that_says_what_is_needed) {
  const control_pki pki;
  echo_server server(with_tls(pki));
  for (const auto* bytes :
       {"{\"jsonrpc\":\"2.0\"}\n", "GET / HTTP/1.1\r\n\r\n", "\n", "\x80\x2e"}) {
    client plain(server.where);
    plain.send(bytes);
    EXPECT_NE(message_of(plain.line()).find("TLS only"), std::string::npos) << bytes;
    EXPECT_TRUE(plain.closed());
  }
  EXPECT_TRUE(server.handler.wait_for_refused(4));
  EXPECT_EQ(server.handler.opened_count(), 0);
}

TEST(tls_lines, tls_to_a_plain_port_is_told_apart_from_no_answer) {
  const control_pki pki;
  echo_server server;
  const auto why = refusal_of(pki.access(server.where));
  EXPECT_NE(why.find("with TLS"), std::string::npos) << why;
  EXPECT_TRUE(server.handler.wait_for_refused(1));
  EXPECT_EQ(server.handler.line_count(), 0);
}

TEST(tls_lines, a_client_refuses_a_head_of_another_authority) {
  const control_pki pki;
  const control_pki other;
  echo_server server(with_tls(pki));
  const auto why = refusal_of(other.access(server.where));
  EXPECT_NE(why.find("certificate"), std::string::npos) << why;
  EXPECT_TRUE(server.handler.wait_for_refused(1));
  EXPECT_EQ(server.handler.opened_count(), 0);
}

TEST(tls_lines, a_client_refuses_a_nodes_certificate_at_a_heads_place) {
  const control_pki pki;
  ASSERT_TRUE(authority(pki.folder()).issue("n7", certificate_role::node));
  auto options = any_port();
  options.tls = pki.server("n7");
  echo_server server(options);
  const auto why = refusal_of(pki.access(server.where));
  EXPECT_NE(why.find("not of a head"), std::string::npos) << why;
}

TEST(tls_lines, a_handshake_that_never_comes_or_never_ends_is_cut) {
  const control_pki pki;
  auto options = with_tls(pki);
  options.handshake_limit = 100ms;
  echo_server server(options);
  client silent(server.where);
  client half(server.where);
  half.send(std::string_view{"\x16\x03\x01\x02", 4});
  EXPECT_TRUE(silent.closed());
  EXPECT_TRUE(half.closed());
  EXPECT_TRUE(server.handler.wait_for_refused(2));
  EXPECT_NE(server.handler.why_refused().find("longer than 100 ms"), std::string::npos);
  EXPECT_EQ(server.handler.opened_count(), 0);
}

TEST(tls_lines, garbage_that_looks_like_a_handshake_is_refused) {
  const control_pki pki;
  echo_server server(with_tls(pki));
  client hostile(server.where);
  hostile.send(std::string(1, '\x16') + std::string(20'000, '\xff'));
  while (hostile.line())
    continue; // an alert may hold any bytes
  EXPECT_TRUE(server.handler.wait_for_refused(1));
  tls_client other(pki.access(server.where));
  other.send("x\n");
  EXPECT_EQ(other.line(), "x");
}

TEST(tls_lines, silent_connections_give_way_to_those_that_talk) {
  const control_pki pki;
  auto options = with_tls(pki);
  options.unauthenticated = 8;
  echo_server server(options);
  std::vector<client> silent;
  for (int i = 0; i < 50; ++i)
    silent.emplace_back(server.where);
  tls_client someone(pki.access(server.where));
  someone.send("x\n");
  EXPECT_EQ(someone.line(), "x");
  EXPECT_TRUE(server.handler.wait_for_refused(43));
  EXPECT_TRUE(silent.front().closed());
}

TEST(tls_lines, new_certificates_are_for_new_connections) {
  const control_pki pki;
  const control_pki newer;
  echo_server server(with_tls(pki));
  tls_client old(pki.access(server.where));
  server.carrier.renew(newer.server());
  tls_client fresh(newer.access(server.where));
  fresh.send("fresh\n");
  EXPECT_EQ(fresh.line(), "fresh");
  old.send("old\n");
  EXPECT_EQ(old.line(), "old");
  EXPECT_NE(refusal_of(pki.access(server.where)), "connected");
}

} // namespace lockstep
