// SPDX-License-Identifier: BSD-3-Clause

#include "tests/error_of.hpp"
#include "tests/unit/handshake/watched_listener.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep::test {

namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(tls_listener, a_node_with_its_certificate_is_linked_and_both_know_each_other) {
  small_cluster cluster;
  watched_listener listener{cluster.head};
  auto dialled_in = dial(listener.where(), *cluster.node, cluster.alpha, quick());
  ASSERT_EQ(failure_of(dialled_in), "");
  const auto& there = dialled_in->peer;
  EXPECT_EQ(there.certificate.name, "tower");
  EXPECT_EQ(there.said.role, "head");
  const auto here = listener.next_link();
  ASSERT_TRUE(here);
  EXPECT_EQ(here->peer.certificate.name, "alpha");
  EXPECT_EQ(here->peer.said, cluster.alpha);
  EXPECT_THAT(here->peer.address, StartsWith("127.0.0.1:"));
  EXPECT_EQ(here->session->authority_fingerprint(), cluster.authority.fingerprint());
  EXPECT_EQ(listener.next_joined(), "node alpha");
  EXPECT_EQ(listener->counters().linked, 1U);
}

TEST(tls_listener, a_node_may_listen_and_the_head_dial) {
  small_cluster cluster;
  const auto alpha = load_or_fail(cluster.node_files, {.role = certificate_role::head});
  const auto tower = load_or_fail(cluster.head_files, {.role = certificate_role::node});
  watched_listener listener{alpha, {.own = cluster.alpha}};
  const auto own = own_hello(certificate_role::head, "tower", "0.1.0");
  EXPECT_EQ(failure_of(dial(listener.where(), *tower, own, quick())), "");
  const auto link = listener.next_link();
  ASSERT_TRUE(link);
  EXPECT_EQ(link->peer.certificate.role, certificate_role::head);
}

TEST(tls_listener, it_listens_on_ipv6_and_for_both_families_on_all_addresses) {
  small_cluster cluster;
  watched_listener six{cluster.head, {.where = {"::1", 0}}};
  EXPECT_EQ(failure_of(dial(six.where(), *cluster.node, cluster.alpha, quick())), "");
  watched_listener both{cluster.head, {.where = {"::", 0}}};
  EXPECT_EQ(
      failure_of(dial({"127.0.0.1", both.where().port}, *cluster.node, cluster.alpha, quick())),
      "");
  const auto link = both.next_link();
  ASSERT_TRUE(link);
  EXPECT_THAT(link->peer.address, StartsWith("127.0.0.1:"));
  watched_listener named{cluster.head, {.where = {"localhost", 0}}};
  EXPECT_EQ(failure_of(dial(named.where(), *cluster.node, cluster.alpha, quick())), "");
}

TEST(tls_listener, a_port_that_is_taken_is_told) {
  small_cluster cluster;
  watched_listener listener{cluster.head};
  try {
    watched_listener second{cluster.head, {.where = listener.where()}};
    FAIL() << "listens twice";
  } catch (const std::runtime_error& wrong) {
    EXPECT_THAT(wrong.what(), HasSubstr("another program listens there"));
  }
}

TEST(tls_listener, a_mismatch_is_refused_with_a_sentence_that_both_sides_read) {
  small_cluster cluster;
  watched_listener listener{cluster.head};
  auto other = cluster.alpha;
  other.protocol = protocol_version + 1;
  const auto result = dial(listener.where(), *cluster.node, other, quick());
  const std::string why = "head tower speaks protocol 2, node alpha speaks protocol 3: install the "
                          "same Lockstep on both";
  EXPECT_THAT(failure_of(result), HasSubstr(why));
  EXPECT_FALSE(test::error_of(result).again);
  const auto refused = listener.next_refused();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->why, why);
  EXPECT_EQ(listener->counters().refused.at(listener_refusal::mismatch), 1U);
}

TEST(tls_listener, a_hello_in_another_s_name_is_refused) {
  small_cluster cluster;
  watched_listener listener{cluster.head};
  auto other = cluster.alpha;
  other.name = "beta";
  EXPECT_THAT(failure_of(dial(listener.where(), *cluster.node, other, quick())),
              HasSubstr("the hello is that of node beta, the certificate that of node alpha"));
}

TEST(tls_listener, its_owner_may_refuse_a_link) {
  small_cluster cluster;
  listener_callbacks callbacks;
  callbacks.authorize = [](const link_peer& peer) -> std::optional<std::string> {
    return peer.certificate.name + " is connected already";
  };
  watched_listener listener{cluster.head, {}, callbacks};
  EXPECT_THAT(failure_of(dial(listener.where(), *cluster.node, cluster.alpha, quick())),
              HasSubstr("alpha is connected already"));
}

TEST(tls_listener, what_its_owner_throws_is_a_refusal) {
  small_cluster cluster;
  listener_callbacks callbacks;
  callbacks.authorize = [](const link_peer&) -> std::optional<std::string> {
    throw std::runtime_error("the disk is full");
  };
  watched_listener listener{cluster.head, {}, callbacks};
  EXPECT_THAT(failure_of(dial(listener.where(), *cluster.node, cluster.alpha, quick())),
              HasSubstr("the disk is full"));
}

TEST(tls_listener, certificates_are_replaced_while_it_runs) {
  small_cluster cluster;
  small_cluster later;
  watched_listener listener{cluster.head};
  EXPECT_EQ(failure_of(dial(listener.where(), *cluster.node, cluster.alpha, quick())), "");
  auto healthy = listener.next_link();
  ASSERT_TRUE(healthy);
  listener->use(later.head);
  EXPECT_NE(failure_of(dial(listener.where(), *cluster.node, cluster.alpha, quick())), "");
  EXPECT_EQ(failure_of(dial(listener.where(), *later.node, later.alpha, quick())), "");
}

TEST(tls_listener, a_machine_without_a_certificate_enrols_with_a_token_and_links_with_what_it_got) {
  small_cluster cluster;
  listener_callbacks callbacks;
  callbacks.enrol = [](const enrol_request& wanted, const std::optional<certificate_facts>& shown,
                       const std::string&) -> tl::expected<enrol_answer, refusal> {
    if (wanted.token != "id.secret" || shown)
      return tl::unexpected(refusal{"the token is not valid any more"});
    return enrol_answer{"certificate of " + wanted.name, "authority", wanted.request};
  };
  watched_listener listener{cluster.head, {}, callbacks};
  const auto joining = load_or_fail(
      {}, {.role = certificate_role::head, .pinned_authority = cluster.authority.fingerprint()});
  const auto got = enrol(listener.where(), *joining, {"id.secret", "beta", "request"}, quick());
  ASSERT_EQ(failure_of(got), "");
  EXPECT_EQ(got->certificate, "certificate of beta");
  EXPECT_EQ(got->revocation, "request");
  EXPECT_EQ(listener.next_joined(), "beta enrolled");
  EXPECT_THAT(
      failure_of(enrol(listener.where(), *joining, {"id.wrong", "beta", "request"}, quick())),
      HasSubstr("the token is not valid any more"));
}

TEST(tls_listener, a_machine_that_joins_turns_away_from_another_authority) {
  small_cluster cluster;
  small_cluster other;
  watched_listener listener{cluster.head};
  const auto joining = load_or_fail({}, {.pinned_authority = other.authority.fingerprint()});
  EXPECT_THAT(
      failure_of(enrol(listener.where(), *joining, {"id.secret", "beta", "request"}, quick())),
      HasSubstr("not the one whose fingerprint is in the token"));
}

TEST(tls_listener, a_node_renews_with_the_certificate_that_it_has) {
  small_cluster cluster;
  listener_callbacks callbacks;
  callbacks.enrol = [](const enrol_request& wanted, const std::optional<certificate_facts>& shown,
                       const std::string&) -> tl::expected<enrol_answer, refusal> {
    if (!wanted.token.empty() || !shown)
      return tl::unexpected(refusal{"no"});
    return enrol_answer{"new certificate of " + shown->name, "", ""};
  };
  watched_listener listener{cluster.head, {}, callbacks};
  const auto got = enrol(listener.where(), *cluster.node, {"", "alpha", "request"}, quick());
  ASSERT_EQ(failure_of(got), "");
  EXPECT_EQ(got->certificate, "new certificate of alpha");
}

TEST(tls_listener, where_nobody_decides_on_enrolments_none_is_had) {
  small_cluster cluster;
  watched_listener listener{cluster.head};
  EXPECT_THAT(failure_of(enrol(listener.where(), *cluster.node, {"", "alpha", "request"}, quick())),
              HasSubstr("no certificates are to be had here"));
}

} // namespace

} // namespace lockstep::test
