// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/tls/pki_folder.hpp"

#include "platform/openssl/openssl_handles.hpp"

namespace lockstep {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using test::holds;
using test::must;
using test::pki_folder;
using test::verified;
using test::why;

} // namespace

TEST(authority_renewal, it_keeps_key_and_name_and_counts_ten_years_from_now_on) {
  pki_folder folder;
  const auto before = must(folder.by().init("weather"));
  const auto key = folder.text_of("ca-key.pem");
  folder.advance(days{3'000});
  const auto after = must(folder.by().renew());
  EXPECT_EQ(folder.text_of("ca-key.pem"), key);
  EXPECT_EQ(after.cluster, "weather");
  EXPECT_EQ(after.not_after, folder.now() + authority_life);
  EXPECT_NE(after.fingerprint, before.fingerprint);
  EXPECT_EQ(must(folder.by().facts()).fingerprint, after.fingerprint);
}

TEST(authority_renewal, what_was_signed_before_counts_after_it_and_the_reverse) {
  pki_folder folder;
  must(folder.by().init("weather"));
  const auto old_list = must(folder.by().revocation());
  const auto old_authority = folder.text_of("ca.pem");
  const auto old_member = must(folder.by().issue("n1", certificate_role::node)).certificate;
  must(folder.by().renew());
  const auto new_authority = folder.text_of("ca.pem");
  const auto new_member = must(folder.by().issue("n2", certificate_role::node)).certificate;
  must(folder.by().revoke("n2"));
  const auto new_list = folder.text_of("revoked.pem");
  EXPECT_EQ(verified(new_authority, old_list, old_member, folder.now()), "ok");
  EXPECT_EQ(verified(old_authority, old_list, new_member, folder.now()), "ok");
  EXPECT_EQ(verified(old_authority, new_list, new_member, folder.now()), "certificate revoked");
  EXPECT_EQ(verified(new_authority, new_list, old_member, folder.now()), "ok");
}

TEST(authority_renewal, the_old_certificate_stands_behind_the_new_one_while_it_counts) {
  pki_folder folder;
  must(folder.by().init("weather"));
  const auto first = folder.text_of("ca.pem");
  must(folder.by().renew());
  const auto both = folder.text_of("ca.pem");
  EXPECT_TRUE(both.ends_with(first));
  EXPECT_NE(both, first);
  EXPECT_TRUE(folder.text_of("head.pem").ends_with(both)) << "the head shows both";
  must(folder.by().renew());
  EXPECT_FALSE(holds(folder.text_of("ca.pem"), first)) << "only the one before";
  folder.advance(authority_life + 1h);
  must(folder.by().renew());
  const auto alone = folder.text_of("ca.pem");
  EXPECT_EQ(alone, pem_of(certificate_from(alone).get()));
}

TEST(authority_renewal, one_that_has_expired_signs_again) {
  pki_folder folder;
  must(folder.by().init("weather"));
  folder.advance(authority_life);
  EXPECT_TRUE(holds(why(folder.by().issue("n1", certificate_role::node)), "`control pki renew`"));
  must(folder.by().renew());
  const auto issued = must(folder.by().issue("n1", certificate_role::node));
  EXPECT_EQ(verified(folder.text_of("ca.pem"), issued.revocation, issued.certificate, folder.now()),
            "ok");
}

TEST(authority_renewal, the_heads_certificate_is_renewed_too_but_not_a_revoked_one) {
  pki_folder folder;
  must(folder.by().init("weather"));
  const auto first = read_certificate(folder.text_of("head.pem"));
  folder.advance(days{1});
  must(folder.by().renew());
  const auto second = read_certificate(folder.text_of("head.pem"));
  EXPECT_NE(second->serial, first->serial);
  must(folder.by().revoke("head"));
  must(folder.by().renew());
  EXPECT_EQ(read_certificate(folder.text_of("head.pem"))->serial, second->serial);
}

TEST(authority_renewal, a_machine_takes_the_new_certificate_and_does_not_go_back) {
  pki_folder folder;
  must(folder.by().init("weather"));
  const auto old_authority = folder.text_of("ca.pem");
  const auto place = folder.beside("n1");
  const auto issued = must(folder.by().issue("n1", certificate_role::node, member_life, place));
  folder.advance(days{1});
  must(folder.by().renew());
  const auto new_authority = must(folder.by().facts()).certificate;
  const auto keep = [&](const std::string& authority) {
    must(write_member_files(place, "n1", {authority, issued.certificate, {}, {}}));
    return test::text_of(place / "ca.pem");
  };
  EXPECT_EQ(keep(new_authority), new_authority);
  EXPECT_EQ(keep(old_authority), new_authority);
}

} // namespace lockstep
