// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/handshake/watched_listener.hpp"
#include "tests/unit/link/raw_socket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

/// Strangers, and members gone mad.

namespace lockstep::test {

namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// That the listener still does what it is there for.
void expect_healthy(watched_listener& listener, const small_cluster& cluster) {
  EXPECT_EQ(failure_of(dial(listener.where(), *cluster.node, cluster.alpha, quick())), "");
}

TEST(tls_listener_hostile, plain_bytes_are_no_tls) {
  small_cluster cluster;
  watched_listener listener{cluster.head};
  const auto peer = connect_raw(listener.where());
  ASSERT_TRUE(send_raw(peer.get(), "GET / HTTP/1.1\r\nHost: tower\r\n\r\n"));
  EXPECT_TRUE(is_ended(peer.get(), patience));
  const auto refused = listener.next_refused();
  ASSERT_TRUE(refused);
  EXPECT_THAT(refused->why, HasSubstr("not TLS"));
  expect_healthy(listener, cluster);
}

TEST(tls_listener_hostile, garbage_instead_of_a_hello_is_refused) {
  small_cluster cluster;
  watched_listener listener{cluster.head};
  const auto member = connect_tls(listener.where(), *cluster.node);
  ASSERT_TRUE(member);
  ASSERT_TRUE(send_all(*member, framed("{\"kind\":\"link\",")));
  EXPECT_TRUE(is_ended(*member, patience));
  const auto refused = listener.next_refused();
  ASSERT_TRUE(refused);
  EXPECT_THAT(refused->why, HasSubstr("cannot be understood"));
  expect_healthy(listener, cluster);
}

TEST(tls_listener_hostile, a_hello_that_is_too_long_is_refused_by_its_length_alone) {
  small_cluster cluster;
  watched_listener listener{cluster.head};
  const auto member = connect_tls(listener.where(), *cluster.node);
  ASSERT_TRUE(member);
  ASSERT_TRUE(send_all(*member, "\xFF\xFF\xFF\xFF"));
  EXPECT_TRUE(is_ended(*member, patience));
  const auto refused = listener.next_refused();
  ASSERT_TRUE(refused);
  EXPECT_THAT(refused->why, HasSubstr("claims 4294967295 bytes; at most 65536"));
  EXPECT_EQ(listener->counters().refused.at(listener_refusal::bad_hello), 1U);
}

TEST(tls_listener_hostile, a_hello_with_bytes_behind_it_is_refused) {
  small_cluster cluster;
  watched_listener listener{cluster.head};
  const auto member = connect_tls(listener.where(), *cluster.node);
  ASSERT_TRUE(member);
  ASSERT_TRUE(send_all(*member, framed(to_text(link_request{cluster.alpha})) + "more"));
  EXPECT_TRUE(is_ended(*member, patience));
  const auto refused = listener.next_refused();
  ASSERT_TRUE(refused);
  EXPECT_THAT(refused->why, HasSubstr("more came than a hello"));
}

TEST(tls_listener_hostile, who_goes_before_hello_is_forgotten) {
  small_cluster cluster;
  watched_listener listener{cluster.head};
  (void)connect_tls(listener.where(), *cluster.node);
  (void)connect_raw(listener.where());
  EXPECT_TRUE(listener.next_refused());
  EXPECT_TRUE(listener.next_refused());
  expect_healthy(listener, cluster);
}

TEST(tls_listener_hostile, a_thousand_silent_connections_do_not_keep_a_member_out) {
  small_cluster cluster;
  watched_listener listener{
      cluster.head,
      {.handshakes_max = 256, .handshakes_of_one_address_max = 256, .handshake_limit = 60s}};
  std::vector<unique_descriptor> silent;
  for (int i = 0; i < 1'000; ++i) {
    silent.push_back(connect_raw(listener.where()));
    ASSERT_TRUE(silent.back()) << i;
  }
  expect_healthy(listener, cluster);
  const auto counters = listener->counters();
  EXPECT_LE(counters.under_way, 256U);
  EXPECT_GE(counters.refused.at(listener_refusal::gave_way), 1'000U - 256U);
}

TEST(tls_listener_hostile, one_address_has_no_more_than_its_share) {
  small_cluster cluster;
  watched_listener listener{cluster.head,
                            {.handshakes_of_one_address_max = 4, .handshake_limit = 60s}};
  std::vector<unique_descriptor> silent;
  for (int i = 0; i < 10; ++i)
    silent.push_back(connect_raw(listener.where()));
  for (int i = 0; i < 6; ++i)
    EXPECT_TRUE(listener.next_refused());
  EXPECT_TRUE(is_ended(silent.front().get(), patience)); // the oldest
  expect_healthy(listener, cluster);
}

TEST(tls_listener_hostile, a_member_under_way_does_not_give_way_to_strangers) {
  small_cluster cluster;
  watched_listener listener{cluster.head,
                            {.handshakes_of_one_address_max = 2, .handshake_limit = 60s}};
  const auto member = connect_tls(listener.where(), *cluster.node);
  ASSERT_TRUE(member);
  std::vector<unique_descriptor> silent;
  for (int i = 0; i < 5; ++i)
    silent.push_back(connect_raw(listener.where()));
  for (int i = 0; i < 4; ++i)
    EXPECT_TRUE(listener.next_refused());
  ASSERT_TRUE(send_all(*member, framed(to_text(link_request{cluster.alpha}))));
  EXPECT_TRUE(listener.next_link());
}

TEST(tls_listener_hostile, a_handshake_byte_by_byte_is_cut_at_the_limit) {
  small_cluster cluster;
  watched_listener listener{cluster.head, {.handshake_limit = 300ms}};
  const auto began = std::chrono::steady_clock::now();
  const auto slow = connect_raw(listener.where());
  // A record that promises 512 bytes of a ClientHello.
  const std::string hello =
      std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 9) + std::string(500, '\x03');
  std::size_t sent = 0;
  while (sent < hello.size() && !is_ended(slow.get(), 20ms) &&
         send_raw(slow.get(), hello.substr(sent, 1)))
    ++sent;
  EXPECT_LT(sent, hello.size());
  const auto refused = listener.next_refused();
  ASSERT_TRUE(refused);
  EXPECT_THAT(refused->why, HasSubstr("not over within 300 ms"));
  EXPECT_GE(std::chrono::steady_clock::now() - began, 300ms);
  expect_healthy(listener, cluster);
}

TEST(tls_listener_hostile, silence_after_the_handshake_is_cut_at_the_limit_too) {
  small_cluster cluster;
  watched_listener listener{cluster.head, {.handshake_limit = 500ms}};
  const auto member = connect_tls(listener.where(), *cluster.node);
  ASSERT_TRUE(member);
  EXPECT_TRUE(is_ended(*member, patience));
  EXPECT_EQ(listener->counters().refused.at(listener_refusal::too_late), 1U);
}

TEST(tls_listener_hostile, it_ends_with_connections_of_every_kind_under_way) {
  small_cluster cluster;
  std::vector<unique_descriptor> silent;
  std::unique_ptr<tls_session> member;
  {
    watched_listener listener{cluster.head};
    silent.push_back(connect_raw(listener.where()));
    member = connect_tls(listener.where(), *cluster.node);
    ASSERT_TRUE(member);
  }
  EXPECT_TRUE(is_ended(silent.front().get(), patience));
  EXPECT_TRUE(is_ended(*member, patience));
}

} // namespace

} // namespace lockstep::test
