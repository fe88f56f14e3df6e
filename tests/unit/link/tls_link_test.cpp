// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/link/frozen_wire.hpp"
#include "tests/unit/link/linked_systems.hpp"
#include "tests/unit/link/raw_socket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace lockstep::test {

namespace {

using namespace std::chrono_literals;

caf::actor connect(caf::actor_system& system, tls_link link) {
  auto parent = connect_to_parent(system, std::move(link), patience);
  if (!parent) {
    ADD_FAILURE() << caf::to_string(parent.error());
    return {};
  }
  return caf::actor_cast<caf::actor>(*parent);
}

/// Bytes of this process's memory that are in use.
std::size_t resident_bytes() {
  std::ifstream file{"/proc/self/statm"};
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return resident * 4'096;
}

/// A header of CAF's protocol.
std::string basp_header(unsigned operation, std::uint32_t payload_bytes, std::uint64_t to,
                        unsigned flags = 0) {
  std::string header(32, '\0');
  header[0] = static_cast<char>(operation);
  header[3] = static_cast<char>(flags);
  for (std::size_t i = 0; i < 4; ++i)
    header[4 + i] = static_cast<char>(static_cast<unsigned char>(payload_bytes >> (24U - 8U * i)));
  for (std::size_t i = 0; i < 8; ++i)
    header[24 + i] = static_cast<char>(static_cast<unsigned char>(to >> (56U - 8U * i)));
  return header;
}

/// A head and a healthy node on it.
struct linked_pair {
  explicit linked_pair(std::chrono::milliseconds silence_limit = 10s)
      : head(cluster.head, silence_limit), node(silence_limit),
        counter(connect(*node, dial_link(head.listener().where(), *cluster.node, cluster.alpha))) {}

  /// A second member, held by hand after its hello.
  std::unique_ptr<tls_session> raw_member() {
    return dial_link(head.listener().where(), *cluster.node, cluster.alpha).session;
  }
  void expect_healthy() { EXPECT_EQ(ask_length(*node, counter, "hello"), 5U); }

  /// Dials as a node does that has lost its link: with a new actor system. In an old one CAF may
  /// end the new proxy of an actor with the late end of the one before it, for they have one name.
  void expect_to_be_let_in_anew() {
    lone_system anew;
    const auto found =
        connect(*anew, dial_link(head.listener().where(), *cluster.node, cluster.alpha));
    EXPECT_EQ(ask_length(*anew, found, "hello"), 5U);
  }

  small_cluster cluster;
  small_head head;
  lone_system node;
  caf::actor counter;
};

TEST(tls_link, actors_of_two_systems_exchange_messages) {
  linked_pair pair;
  for (std::size_t size = 0; size < 100'000; size += 9'999)
    EXPECT_EQ(ask_length(*pair.node, pair.counter, std::string(size, 'x')), size);
}

TEST(tls_link, twenty_megabytes_pass_both_ways_at_once) {
  linked_pair pair;
  const std::string large(20'000'000, 'y');
  auto here = spawn_counter(*pair.node);
  caf::scoped_actor self{*pair.node};
  std::vector<std::size_t> lengths;
  // The first comes back from the head while the second is on its way to it.
  auto there_and_back = caf_compat::request(self.ptr(), pair.counter, patience, here, large);
  auto there = caf_compat::request(self.ptr(), pair.counter, patience, large);
  const auto failed = [](const caf::error& why) { ADD_FAILURE() << caf::to_string(why); };
  std::move(there).receive([&](std::size_t length) { lengths.push_back(length); }, failed);
  std::move(there_and_back).receive([&](std::size_t length) { lengths.push_back(length); }, failed);
  EXPECT_EQ(lengths, (std::vector<std::size_t>{large.size(), large.size()}));
  caf::anon_send_exit(here, caf::exit_reason::user_shutdown);
}

TEST(tls_link, actors_are_down_on_both_sides_when_it_is_cut) {
  linked_pair pair;
  pair.expect_healthy();
  down_waiter down{*pair.node, pair.counter};
  EXPECT_FALSE(down.comes_within(50ms));
  EXPECT_EQ(pair.head.acceptor().cut("alpha"), 1U);
  EXPECT_TRUE(down.comes_within(patience));
  EXPECT_EQ(pair.head.acceptor().cut("alpha"), 0U);
  pair.expect_to_be_let_in_anew();
}

TEST(tls_link, a_message_that_claims_four_gigabytes_ends_its_link_before_memory_is_taken) {
  linked_pair pair;
  const auto before = resident_bytes();
  const auto mad = pair.raw_member();
  ASSERT_TRUE(mad);
  ASSERT_TRUE(send_all(*mad, basp_header(2, 0xFFFFFFFF, 7)));
  EXPECT_TRUE(is_ended(*mad, patience));
  EXPECT_LT(resident_bytes(), before + (std::size_t{64} << 20U));
  pair.expect_healthy();
}

TEST(tls_link, headers_that_would_kill_or_command_caf_end_their_link) {
  linked_pair pair;
  const auto handshake_without_payload = basp_header(1, 0, 0);
  const auto server_handshake_without_payload = basp_header(0, 0, 0);
  const auto to_configuration = basp_header(2, 8, 1, 1);
  const auto unknown = basp_header(9, 0, 0);
  for (const auto& header :
       {handshake_without_payload, server_handshake_without_payload, to_configuration, unknown}) {
    const auto mad = pair.raw_member();
    ASSERT_TRUE(mad);
    ASSERT_TRUE(send_all(*mad, header));
    EXPECT_TRUE(is_ended(*mad, patience));
  }
  pair.expect_healthy();
}

TEST(tls_link, a_node_that_names_memory_of_the_head_loses_its_link_and_no_other) {
  const auto named = encode(SIZE_MAX, std::vector<std::byte>(100'000));
  ASSERT_NE(named.memory(), nullptr);
  for (const auto& payload : {named, blob::joined({blob{std::vector<std::byte>(1)}, named})}) {
    linked_pair pair;
    const auto frozen = pair.raw_member();
    down_waiter down{*pair.node, pair.counter};
    caf_compat::anon_send(pair.counter, std::vector<blob>{payload});
    EXPECT_TRUE(down.comes_within(patience));
    pair.expect_to_be_let_in_anew();
    EXPECT_FALSE(is_ended(*frozen, 50ms));
  }
}

TEST(tls_link, a_head_that_names_memory_of_a_node_loses_its_link_and_the_reason_is_told) {
  small_cluster cluster;
  small_head head{cluster.head};
  lone_system node;
  std::promise<std::string> told;
  auto link = dial_link(head.listener().where(), *cluster.node, cluster.alpha);
  link.on_end = [&told](const std::string& why) { told.set_value(why); };
  auto counter = connect(*node, std::move(link));
  auto here = spawn_counter(*node);
  caf_compat::anon_send(counter, here, std::uint64_t{100'000});
  auto why = told.get_future();
  ASSERT_EQ(why.wait_for(patience), std::future_status::ready);
  EXPECT_EQ(why.get(), "it named memory of this machine");
  caf::anon_send_exit(here, caf::exit_reason::user_shutdown);
}

TEST(tls_link, a_member_that_never_says_a_word_is_given_up) {
  linked_pair pair{500ms};
  const auto frozen = pair.raw_member();
  ASSERT_TRUE(frozen);
  EXPECT_TRUE(is_ended(*frozen, patience));
  pair.expect_healthy();
}

TEST(tls_link, a_head_that_never_says_a_word_is_given_up) {
  small_cluster cluster;
  watched_listener mute{cluster.head};
  lone_system node{500ms};
  const auto parent =
      connect_to_parent(*node, dial_link(mute.where(), *cluster.node, cluster.alpha), patience);
  EXPECT_FALSE(parent);
}

TEST(tls_link, a_message_that_arrives_slowly_is_no_silence) {
  linked_pair pair{400ms};
  const auto slow = pair.raw_member();
  ASSERT_TRUE(slow);
  ASSERT_TRUE(send_all(*slow, basp_header(2, 1'000, 7)));
  // Three times the limit, then real silence.
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(send_all(*slow, "x"));
    ASSERT_FALSE(is_ended(*slow, 100ms)) << i;
  }
  EXPECT_TRUE(is_ended(*slow, patience));
  pair.expect_healthy();
}

TEST(tls_link, garbage_of_strangers_does_not_break_a_healthy_one) {
  linked_pair pair;
  for (int i = 0; i < 50; ++i) {
    const auto peer = connect_raw(pair.head.listener().where());
    ASSERT_TRUE(peer);
    send_raw(peer.get(), std::string(100, static_cast<char>(i)));
    pair.expect_healthy();
  }
}

TEST(tls_link, a_frozen_peer_is_found_out_while_megabytes_wait_for_it) {
  small_cluster cluster;
  small_head head{cluster.head, 500ms};
  frozen_wire wire{head.listener().where()};
  lone_system node{500ms};
  auto counter = connect(*node, dial_link(wire.where(), *cluster.node, cluster.alpha));
  EXPECT_EQ(ask_length(*node, counter, "hello"), 5U);
  down_waiter down{*node, counter};
  wire.freeze();
  caf_compat::anon_send(counter, std::string(20'000'000, 'z'));
  EXPECT_TRUE(down.comes_within(patience));
}

TEST(tls_link, systems_end_although_megabytes_wait_for_a_frozen_peer) {
  small_cluster cluster;
  auto head = std::make_unique<small_head>(cluster.head);
  frozen_wire wire{head->listener().where()};
  auto node = std::make_unique<lone_system>();
  auto counter = connect(**node, dial_link(wire.where(), *cluster.node, cluster.alpha));
  EXPECT_EQ(ask_length(**node, counter, "hello"), 5U);
  wire.freeze();
  caf_compat::anon_send(counter, std::string(20'000'000, 'z'));
  const auto began = std::chrono::steady_clock::now();
  counter = nullptr;
  node.reset();
  head.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 60s);
}

TEST(tls_link, a_door_that_closes_leaves_its_links_and_other_doors_alone) {
  linked_pair pair;
  auto link = dial_link(pair.head.listener().where(), *pair.cluster.node, pair.cluster.alpha);
  ASSERT_TRUE(link.session);
  auto counter = spawn_counter(*pair.node);
  // More than one, so that some close in the turn of CAF's loop in which they were opened.
  for (int i = 0; i < 50; ++i)
    const link_acceptor acceptor{*pair.node, caf::actor_cast<caf::strong_actor_ptr>(counter)};
  pair.expect_healthy();
  caf::anon_send_exit(counter, caf::exit_reason::user_shutdown);
}

} // namespace

} // namespace lockstep::test
