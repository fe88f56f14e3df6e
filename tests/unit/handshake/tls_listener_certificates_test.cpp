// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/handshake/watched_listener.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <openssl/ssl.h>

/// Who does not get past the handshake, and what both sides read about it.

namespace lockstep::test {

namespace {

using ::testing::HasSubstr;

/// What the dialling side and the listener say of an attempt that must fail.
struct both_sides {
  std::string dialler;
  std::string tls_listener;
  bool again = false;
};

both_sides refused_dial(const std::shared_ptr<const tls_context>& head, const tls_context& dialler,
                        const hello& own) {
  watched_listener listener{head};
  const auto result = dial(listener.where(), dialler, own, quick());
  const auto refused = listener.next_refused();
  EXPECT_FALSE(result);
  EXPECT_TRUE(refused);
  EXPECT_EQ(listener->counters().linked, 0U);
  return {failure_of(result), refused ? refused->why : "", !result && result.error().again};
}

TEST(tls_listener_certificates, one_of_another_authority_is_refused) {
  small_cluster cluster;
  small_cluster other;
  // It looks away from ours, to find out what the listener says of it.
  const auto peer =
      load_or_fail(other.node_files, {.pinned_authority = cluster.authority.fingerprint()});
  const auto said = refused_dial(cluster.head, *peer, other.alpha);
  EXPECT_THAT(said.dialler, HasSubstr("belongs to another cluster"));
  EXPECT_THAT(said.tls_listener, HasSubstr("certificate is refused"));
  EXPECT_FALSE(said.again);
}

TEST(tls_listener_certificates, a_dialler_refuses_a_listener_of_another_authority) {
  small_cluster cluster;
  small_cluster other;
  const auto said = refused_dial(other.head, *cluster.node, cluster.alpha);
  EXPECT_THAT(said.dialler, HasSubstr("certificate is refused"));
  EXPECT_THAT(said.tls_listener, HasSubstr("belongs to another cluster"));
}

TEST(tls_listener_certificates, an_expired_one_is_refused) {
  small_cluster cluster;
  const auto files = cluster.authority.issue(
      certificate_role::node, "brief",
      {.from = std::chrono::seconds{-3'600}, .to = std::chrono::seconds{-60}});
  const auto loaded = tls_context::load(files, {});
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error(), HasSubstr("certificate has expired"));
  // Ours would not even load it. One that does not look:
  const auto brief = load_or_fail(cluster.node_files, {.role = certificate_role::head});
  SSL_CTX_use_certificate_file(brief->native(), files.certificate.c_str(), SSL_FILETYPE_PEM);
  SSL_CTX_use_PrivateKey_file(brief->native(), files.key.c_str(), SSL_FILETYPE_PEM);
  auto own = cluster.alpha;
  own.name = "brief";
  const auto said = refused_dial(cluster.head, *brief, own);
  EXPECT_THAT(said.dialler, HasSubstr("our certificate has expired"));
  EXPECT_THAT(said.tls_listener, HasSubstr("certificate has expired"));
}

TEST(tls_listener_certificates, a_revoked_one_is_refused_and_others_are_not) {
  small_cluster cluster;
  const auto good = load_or_fail(cluster.authority.issue(certificate_role::node, "beta"),
                                 {.role = certificate_role::head});
  cluster.authority.revoke({cluster.node->own()->serial});
  const auto head = load_or_fail(cluster.head_files, {.role = certificate_role::node});
  const auto said = refused_dial(head, *cluster.node, cluster.alpha);
  EXPECT_THAT(said.dialler, HasSubstr("was revoked"));
  EXPECT_THAT(said.tls_listener, HasSubstr("revoked"));
  watched_listener listener{head};
  EXPECT_EQ(failure_of(dial(listener.where(), *good,
                            own_hello(certificate_role::node, "beta", "0.1.0"), quick())),
            "");
}

TEST(tls_listener_certificates, a_node_cannot_act_as_a_head) {
  small_cluster cluster;
  watched_listener listener{cluster.node, {.own = cluster.alpha}}; // shows a node's
  const auto result = dial(listener.where(), *cluster.node, cluster.alpha, quick());
  EXPECT_THAT(failure_of(result), HasSubstr("it is that of node alpha, not of a head"));
}

TEST(tls_listener_certificates, a_head_cannot_act_as_a_node) {
  small_cluster cluster;
  const auto second = load_or_fail(cluster.authority.issue(certificate_role::head, "second"),
                                   {.role = certificate_role::head});
  const auto said =
      refused_dial(cluster.head, *second, own_hello(certificate_role::node, "second", "0.1.0"));
  EXPECT_THAT(said.dialler, HasSubstr("may be for the other role"));
  EXPECT_THAT(said.tls_listener, HasSubstr("it is that of head second, not of a node"));
}

TEST(tls_listener_certificates, one_that_is_not_of_lockstep_is_refused) {
  small_cluster cluster;
  const auto files =
      cluster.authority.issue(certificate_role::node, "web", {.uri = "urn:other:node:web"});
  const auto loaded = tls_context::load(files, {});
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error(), HasSubstr("names no head and no node"));
}

TEST(tls_listener_certificates, without_one_there_is_no_link) {
  small_cluster cluster;
  const auto nobody = load_or_fail({}, {.pinned_authority = cluster.authority.fingerprint()});
  const auto said = refused_dial(cluster.head, *nobody, cluster.alpha);
  EXPECT_THAT(said.dialler, HasSubstr("shows no certificate"));
  const auto strict = load_or_fail(cluster.head_files, {.role = certificate_role::node});
  const auto strictly = refused_dial(strict, *nobody, cluster.alpha);
  EXPECT_THAT(strictly.dialler, HasSubstr("wants a certificate"));
  EXPECT_THAT(strictly.tls_listener, HasSubstr("showed no certificate"));
}

TEST(tls_listener_certificates, tls_1_2_is_refused_unless_it_was_asked_for) {
  small_cluster cluster;
  const auto old = load_or_fail(
      cluster.node_files, {.role = certificate_role::head, .oldest = tls_oldest::version_1_2});
  SSL_CTX_set_max_proto_version(old->native(), TLS1_2_VERSION);
  const auto said = refused_dial(cluster.head, *old, cluster.alpha);
  EXPECT_THAT(said.dialler, HasSubstr("share no version of TLS"));
  EXPECT_THAT(said.tls_listener, HasSubstr("share no version of TLS"));
  watched_listener asked{load_or_fail(
      cluster.head_files, {.role = certificate_role::node, .oldest = tls_oldest::version_1_2})};
  EXPECT_EQ(failure_of(dial(asked.where(), *old, cluster.alpha, quick())), "");
}

} // namespace

} // namespace lockstep::test
