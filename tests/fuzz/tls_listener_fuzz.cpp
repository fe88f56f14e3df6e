// SPDX-License-Identifier: BSD-3-Clause

#include "tests/fuzz/damager.hpp"
#include "tests/unit/handshake/watched_listener.hpp"
#include "tests/unit/link/raw_socket.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <array>
#include <iostream>
#include <random>
#include <string>

/// The first bytes of a listener: real ClientHellos and hellos, damaged. LOCKSTEP_FUZZ_SEED repeats
/// a run, LOCKSTEP_FUZZ_ROUNDS makes it longer.

namespace lockstep::test {

namespace {

using fuzz::damager;
using fuzz::from_environment;

/// What a member's first bytes are.
std::string client_hello(const tls_context& context) {
  auto ends = make_stream_socket_pair();
  const auto session = context.connect(std::move(ends.first));
  (void)session->handshake();
  std::array<char, 4096> bytes{};
  const auto got = ::recv(ends.second.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
  return {bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
}

void send_hello(const address& where, const std::string& bytes) {
  const auto peer = connect_raw(where);
  ASSERT_TRUE(peer);
  send_raw(peer.get(), bytes);
  ::shutdown(peer.get(), SHUT_WR);
  EXPECT_TRUE(is_ended(peer.get(), patience));
}

void send_hello(const address& where, const tls_context& context, const std::string& bytes) {
  const auto member = connect_tls(where, context);
  ASSERT_TRUE(member);
  send_all(*member, bytes);
  member->say_goodbye();
  ::shutdown(member->descriptor(), SHUT_WR);
  // The link of a hello that came through undamaged is closed by the listener's owner.
  EXPECT_TRUE(is_ended(*member, patience));
}

} // namespace

TEST(tls_listener_fuzz, no_first_bytes_harm_a_listener) {
  const auto seed = from_environment("LOCKSTEP_FUZZ_SEED", std::random_device{}());
  const auto rounds = from_environment("LOCKSTEP_FUZZ_ROUNDS", 1'000);
  std::cout << "LOCKSTEP_FUZZ_SEED=" << seed << std::endl;
  damager random(seed);
  small_cluster cluster;
  listener_callbacks callbacks;
  callbacks.on_link = [](const std::unique_ptr<tls_session>&, const link_peer&) {};
  callbacks.enrol = [](const enrol_request&, const std::optional<certificate_facts>&,
                       const std::string&) -> tl::expected<enrol_answer, refusal> {
    return tl::unexpected(refusal{"no"});
  };
  watched_listener listener{cluster.head, {}, callbacks};
  const auto hello = client_hello(*cluster.node);
  ASSERT_GT(hello.size(), 100U);
  const std::array hellos{framed(to_text(link_request{cluster.alpha})),
                          framed(to_text(enrol_request{"id.secret", "beta", "CSR"}))};
  for (std::uint64_t round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round));
    if (random.below(4) != 0)
      send_hello(listener.where(), random.damage(hello));
    else
      send_hello(listener.where(), *cluster.node,
                 random.damage(hellos[random.below(hellos.size())]));
    if (round % 100 == 99) {
      EXPECT_EQ(failure_of(dial(listener.where(), *cluster.node, cluster.alpha, quick())), "");
    }
  }
}

TEST(tls_listener_fuzz, no_text_is_more_than_a_hello_or_a_refusal) {
  const auto seed = from_environment("LOCKSTEP_FUZZ_SEED", std::random_device{}());
  std::cout << "LOCKSTEP_FUZZ_SEED=" << seed << std::endl;
  damager random(seed);
  const auto own = own_hello(certificate_role::node, "alpha", "0.1.0");
  const std::array texts{to_text(link_request{own}), to_text(enrol_request{"id.s", "beta", "CSR"}),
                         to_text(link_answer{own}), to_text(refusal{"no"}),
                         to_text(enrol_answer{"C", "A", "R"})};
  for (int round = 0; round < 50'000; ++round) {
    const auto text = random.damage(texts[random.below(texts.size())]);
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + text);
    const auto wanted = read_hello_request(text);
    if (const auto* link = wanted ? std::get_if<link_request>(&*wanted) : nullptr) {
      EXPECT_LE(link->own.host.size(), 255U);
      EXPECT_EQ(shown(link->own.name), link->own.name);
    }
    if (const auto answer = read_link_answer(text); !answer) {
      EXPECT_LE(answer.error().why.size(), 1'000U);
    }
    (void)read_enrol_answer(text);
  }
}

} // namespace lockstep::test
