// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/tls/pki_folder.hpp"

#include "platform/authority/revocation_list.hpp"
#include "platform/openssl/openssl_handles.hpp"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <sys/stat.h>

namespace lockstep {

namespace {

using test::holds;
using test::must;
using test::pki_folder;
using test::verified;
using test::why;
using namespace std::chrono_literals;
using std::chrono::days;

unsigned mode_of(const std::filesystem::path& path) {
  struct stat found {};
  EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
  return found.st_mode & 07777U;
}

} // namespace

TEST(authority, init_makes_a_folder_that_only_its_owner_can_enter) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  EXPECT_EQ(mode_of(folder.path()), 0700U);
  for (const auto* secret : {"ca-key.pem", "head-key.pem", "index.json"})
    EXPECT_EQ(mode_of(folder.path() / secret), 0600U) << secret;
  for (const auto* open : {"ca.pem", "head.pem", "revoked.pem"})
    EXPECT_EQ(mode_of(folder.path() / open) & 0133U, 0U) << open;
}

TEST(authority, init_gives_the_clusters_name_and_the_fingerprint_of_its_certificate) {
  const pki_folder folder;
  const auto made = must(folder.by().init("weather"));
  EXPECT_EQ(made.cluster, "weather");
  EXPECT_EQ(made.fingerprint, fingerprint_of(certificate_from(folder.text_of("ca.pem")).get()));
  EXPECT_EQ(made.not_after, folder.now() + authority_life);
  EXPECT_EQ(must(folder.by().facts()).fingerprint, made.fingerprint);
}

TEST(authority, a_second_init_is_refused_and_changes_nothing) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  const auto before = folder.text_of("ca-key.pem");
  EXPECT_TRUE(holds(why(folder.by().init("weather")), "already"));
  EXPECT_EQ(folder.text_of("ca-key.pem"), before);
}

TEST(authority, the_heads_own_certificate_is_a_heads_and_openssl_accepts_it) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  const auto head = folder.text_of("head.pem");
  const auto facts = read_certificate(head);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->role, certificate_role::head);
  EXPECT_EQ(facts->name, "head");
  EXPECT_EQ(facts->not_after, folder.now() + member_life);
  for (const bool as_server : {true, false})
    EXPECT_EQ(verified(folder.text_of("ca.pem"), folder.text_of("revoked.pem"), head, folder.now(),
                       as_server),
              "ok");
}

TEST(authority, a_members_file_ends_with_the_authoritys_certificate) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  EXPECT_TRUE(folder.text_of("head.pem").ends_with(folder.text_of("ca.pem")));
}

TEST(authority, an_issued_certificate_belongs_to_its_key_and_says_its_role) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  const auto issued = must(folder.by().issue("n1", certificate_role::node, days{7}));
  EXPECT_EQ(issued.facts.role, certificate_role::node);
  EXPECT_EQ(issued.facts.name, "n1");
  EXPECT_EQ(issued.facts.not_after, folder.now() + days{7});
  EXPECT_EQ(X509_check_private_key(certificate_from(folder.text_of("n1.pem")).get(),
                                   key_from(folder.text_of("n1-key.pem")).get()),
            1);
  EXPECT_EQ(mode_of(folder.path() / "n1-key.pem"), 0600U);
}

TEST(authority, a_certificate_counts_from_issue_to_expiry_and_no_longer) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  const auto issued = must(folder.by().issue("n1", certificate_role::node, days{7}));
  const auto authority = folder.text_of("ca.pem");
  const auto at = [&](test::time_point when) {
    return verified(authority, issued.revocation, issued.certificate, when);
  };
  EXPECT_EQ(at(folder.now()), "ok");
  EXPECT_EQ(at(folder.now() - 59min), "ok") << "the clock of another machine may be late";
  EXPECT_EQ(at(folder.now() + days{7} - 1s), "ok");
  EXPECT_EQ(at(folder.now() + days{7} + 1s), "certificate has expired");
  EXPECT_NE(at(folder.now() - 24h), "ok");
}

TEST(authority, another_clusters_authority_does_not_accept_it) {
  const pki_folder folder, other;
  must(folder.by().init("weather"));
  must(other.by().init("weather"));
  const auto issued = must(folder.by().issue("n1", certificate_role::node));
  EXPECT_NE(verified(other.text_of("ca.pem"), other.text_of("revoked.pem"), issued.certificate,
                     folder.now()),
            "ok");
}

TEST(authority, a_members_certificate_signs_no_other) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  must(folder.by().issue("n1", certificate_role::node));
  const signer by{certificate_from(folder.text_of("n1.pem")),
                  key_from(folder.text_of("n1-key.pem"))};
  const auto key = make_key();
  const auto forged = make_member_certificate(
      {certificate_role::head, "head", {folder.now() - 1h, folder.now() + 1h}}, make_serial(),
      key.get(), by);
  EXPECT_EQ(X509_check_ca(by.certificate.get()), 0);
  EXPECT_NE(verified(folder.text_of("n1.pem"), folder.text_of("revoked.pem"), pem_of(forged.get()),
                     folder.now()),
            "ok");
}

TEST(authority, names_that_could_be_files_of_others_are_refused) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  for (const std::string name : {"", "ca", "revoked", "n1-key", ".", "..", ".hidden", "-rf", "a/b",
                                 "a b", "a\nb", "a,URI:b", "ä"})
    EXPECT_TRUE(holds(why(folder.by().issue(name, certificate_role::node)), "is no name")) << name;
  EXPECT_TRUE(
      holds(why(folder.by().issue(std::string(65, 'a'), certificate_role::node)), "is no name"));
  EXPECT_EQ(why(folder.by().issue(std::string(64, 'a'), certificate_role::node)), "");
  EXPECT_TRUE(holds(why(pki_folder{}.by().init("../x")), "is no name"));
}

TEST(authority, a_name_keeps_its_role_while_it_has_a_valid_certificate) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  EXPECT_NE(why(folder.by().issue("head", certificate_role::node)), "");
  must(folder.by().issue("n1", certificate_role::node));
  EXPECT_TRUE(holds(why(folder.by().issue("n1", certificate_role::head)), "n1 is a node"));
  must(folder.by().revoke("n1"));
  EXPECT_EQ(why(folder.by().issue("n1", certificate_role::head)), "");
}

TEST(authority, a_life_of_no_day_or_of_more_than_a_year_is_refused) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  for (const auto life : {days{0}, days{-1}, days{366}})
    EXPECT_TRUE(holds(why(folder.by().issue("n1", certificate_role::node, life)), "1 to 365 days"));
}

TEST(authority, no_member_outlives_its_authority_and_an_expired_one_signs_nothing) {
  pki_folder folder;
  const auto made = must(folder.by().init("weather"));
  folder.advance(authority_life - days{3});
  EXPECT_EQ(must(folder.by().issue("n1", certificate_role::node)).facts.not_after, made.not_after);
  folder.advance(days{3});
  EXPECT_TRUE(holds(why(folder.by().issue("n2", certificate_role::node)), "has expired"));
}

TEST(authority, a_revoked_certificate_is_refused_by_openssl_and_others_are_not) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  const auto lost = must(folder.by().issue("n1", certificate_role::node));
  const auto kept = must(folder.by().issue("n2", certificate_role::node));
  const auto revoked = must(folder.by().revoke("n1"));
  ASSERT_EQ(revoked.size(), 1U);
  EXPECT_EQ(revoked.front().serial, lost.facts.serial);
  const auto list = folder.text_of("revoked.pem");
  const auto authority = folder.text_of("ca.pem");
  EXPECT_EQ(verified(authority, list, lost.certificate, folder.now()), "certificate revoked");
  EXPECT_EQ(verified(authority, list, kept.certificate, folder.now()), "ok");
}

TEST(authority, revoking_a_name_revokes_all_its_certificates_and_a_serial_number_one) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  const auto first = must(folder.by().issue("n1", certificate_role::node));
  must(folder.by().issue("n1", certificate_role::node));
  must(folder.by().issue("n1", certificate_role::node));
  EXPECT_EQ(must(folder.by().revoke(first.facts.serial)).size(), 1U);
  EXPECT_EQ(must(folder.by().revoke("n1")).size(), 2U);
  EXPECT_TRUE(holds(why(folder.by().revoke("n1")), "no valid certificate"));
  EXPECT_EQ(read_revocation_list(folder.text_of("revoked.pem"))->serials.size(), 3U);
}

TEST(authority, the_list_says_who_is_in_and_who_is_out) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  must(folder.by().issue("n1", certificate_role::node));
  must(folder.by().revoke("n1"));
  const auto all = must(folder.by().list());
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "head");
  EXPECT_TRUE(all[0].is_valid(folder.now()));
  EXPECT_EQ(all[1].name, "n1");
  EXPECT_EQ(all[1].revoked_at, folder.now());
}

TEST(authority, renewal_keeps_the_key_and_replaces_the_certificate) {
  pki_folder folder;
  must(folder.by().init("weather"));
  const auto key = folder.text_of("head-key.pem");
  const auto before = *read_certificate(folder.text_of("head.pem"));
  EXPECT_FALSE(is_due_for_renewal(before, folder.now()));
  folder.advance(days{21});
  EXPECT_TRUE(is_due_for_renewal(before, folder.now()));
  const auto renewed = must(folder.by().renew("head"));
  EXPECT_EQ(folder.text_of("head-key.pem"), key);
  EXPECT_EQ(renewed.facts.role, certificate_role::head);
  EXPECT_NE(renewed.facts.serial, before.serial);
  EXPECT_EQ(read_certificate(folder.text_of("head.pem"))->not_after, folder.now() + member_life);
}

TEST(authority, what_was_revoked_or_never_issued_is_not_renewed) {
  const pki_folder folder, other;
  must(folder.by().init("weather"));
  must(other.by().init("weather"));
  EXPECT_TRUE(holds(why(folder.by().renew("n1")), "issue n1"));
  must(folder.by().revoke("head"));
  EXPECT_TRUE(holds(why(folder.by().renew("head")), "revoked"));
  folder.overwrite("head.pem", other.text_of("head.pem"));
  EXPECT_TRUE(holds(why(folder.by().renew("head")), "not among those"));
}

TEST(authority, the_revocation_list_is_made_anew_before_openssl_calls_it_old) {
  pki_folder folder;
  must(folder.by().init("weather"));
  const auto first = must(folder.by().revocation());
  EXPECT_EQ(must(folder.by().revocation()), first);
  folder.advance(revocation_life / 3);
  const auto second = must(folder.by().revocation());
  EXPECT_NE(second, first);
  EXPECT_EQ(folder.text_of("revoked.pem"), second);
  EXPECT_GT(read_revocation_list(second)->number, read_revocation_list(first)->number);
  EXPECT_EQ(read_revocation_list(second)->next, folder.now() + revocation_life);
}

TEST(authority, a_lost_revocation_list_comes_back_with_all_that_was_revoked) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  const auto lost = must(folder.by().issue("n1", certificate_role::node));
  const auto before = folder.text_of("revoked.pem");
  must(folder.by().revoke("n1"));
  std::filesystem::remove(folder.path() / "revoked.pem");
  const auto again = must(folder.by().revocation());
  EXPECT_EQ(read_revocation_list(again)->serials, std::vector{lost.facts.serial});
  folder.overwrite("revoked.pem", before); // as after a crash between index and list
  EXPECT_EQ(read_revocation_list(must(folder.by().revocation()))->serials,
            std::vector{lost.facts.serial});
}

TEST(authority, a_name_holds_so_many_valid_certificates_and_no_more) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  for (std::size_t i = 0; i < certificate_index::of_name_max; ++i)
    must(folder.by().issue("n1", certificate_role::node));
  EXPECT_TRUE(holds(why(folder.by().issue("n1", certificate_role::node)), "pki revoke n1"));
  EXPECT_EQ(why(folder.by().issue("n2", certificate_role::node)), "");
}

TEST(authority, expired_certificates_are_forgotten_after_a_month) {
  pki_folder folder;
  must(folder.by().init("weather"));
  folder.advance(member_life + days{31});
  must(folder.by().issue("n1", certificate_role::node));
  const auto all = must(folder.by().list());
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all.front().name, "n1");
}

TEST(authority, what_is_issued_into_another_folder_is_all_that_a_machine_needs) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  const auto out = folder.beside("n1");
  must(folder.by().issue("n1", certificate_role::node, member_life, out));
  EXPECT_EQ(mode_of(out), 0700U);
  EXPECT_EQ(mode_of(out / "n1-key.pem"), 0600U);
  for (const auto* file : {"ca.pem", "n1.pem", "n1-key.pem", "revoked.pem"})
    EXPECT_TRUE(std::filesystem::exists(out / file)) << file;
  EXPECT_FALSE(std::filesystem::exists(out / "ca-key.pem"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "n1.pem"));
}

} // namespace lockstep
