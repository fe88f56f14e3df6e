// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/tls/pki_folder.hpp"

#include "platform/certificates/host_names.hpp"
#include "platform/openssl/openssl_handles.hpp"

#include <gmock/gmock.h>

#include <openssl/x509v3.h>

namespace lockstep {

namespace {

using test::holds;
using test::must;
using test::pki_folder;
using test::why;
using ::testing::IsSupersetOf;
using ::testing::Not;

/// Whether OpenSSL takes the certificate in this file for this host's, as other programs do.
bool speaks_for(const pki_folder& folder, const std::string& file, const std::string& host) {
  const auto certificate = certificate_from(folder.text_of(file));
  return X509_check_ip_asc(certificate.get(), host.c_str(), 0) == 1 ||
         X509_check_host(certificate.get(), host.c_str(), 0, 0, nullptr) == 1;
}

} // namespace

TEST(host_names, a_name_or_an_address_is_written_in_one_way) {
  EXPECT_EQ(host_name_from("Head-1.Example"), "head-1.example");
  EXPECT_EQ(host_name_from("10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(host_name_from("FD00:0:0::1"), "fd00::1");
  EXPECT_EQ(host_name_from("1st.example"), "1st.example");
}

TEST(host_names, what_names_no_host_is_none) {
  for (const std::string text :
       {"", ".", "a..b", "-a", "a-", "a b", "a,URI:urn:lockstep:head:x", "*.example", "[::1]", "ä",
        "0.0.0.0", "::", "10.0.0.300", "10.0.0", "example.1", "a\nb", "host:80"})
    EXPECT_FALSE(host_name_from(text)) << text;
  EXPECT_FALSE(host_name_from(std::string("a\0b", 3)));
  EXPECT_FALSE(host_name_from(std::string(64, 'a')));
  EXPECT_TRUE(host_name_from(std::string(63, 'a')));
}

TEST(host_names, the_heads_own_certificate_speaks_for_this_machine) {
  const pki_folder folder;
  must(folder.by().init("weather", {"Head.Example", "192.0.2.1", "fd00::1"}));
  EXPECT_THAT(read_certificate(folder.text_of("head.pem"))->hosts,
              IsSupersetOf(names_of_this_machine()));
  for (const auto* host : {"localhost", "127.0.0.1", "::1", "head.example", "192.0.2.1", "fd00::1"})
    EXPECT_TRUE(speaks_for(folder, "head.pem", host)) << host;
  for (const auto* host : {"other.example", "192.0.2.2", "head"})
    EXPECT_FALSE(speaks_for(folder, "head.pem", host)) << host;
}

TEST(host_names, another_heads_certificate_does_not_speak_for_this_machines_name) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  const auto issued = must(folder.by().issue("standby", certificate_role::head, member_life,
                                             folder.beside("standby"), {"standby.example"}));
  EXPECT_EQ(issued.facts.hosts, (host_names{"localhost", "127.0.0.1", "::1", "standby.example"}));
}

TEST(host_names, a_nodes_certificate_speaks_for_no_host) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  EXPECT_TRUE(holds(why(folder.by().issue("n1", certificate_role::node, member_life, {}, {"n1"})),
                    "Only a head's"));
  must(folder.by().issue("n1", certificate_role::node));
  EXPECT_TRUE(read_certificate(folder.text_of("n1.pem"))->hosts.empty());
  EXPECT_FALSE(speaks_for(folder, "n1.pem", "localhost"));
}

TEST(host_names, renewal_keeps_them_and_adds_what_is_asked_for) {
  const pki_folder folder;
  must(folder.by().init("weather", {"head.example"}));
  const auto renewed = must(folder.by().renew("head", member_life, {"192.0.2.1"}));
  EXPECT_THAT(renewed.facts.hosts,
              IsSupersetOf({std::string{"head.example"}, std::string{"192.0.2.1"}}));
  EXPECT_TRUE(holds(why(folder.by().renew("head", member_life, {"a b"})), "is no name of a host"));
  must(folder.by().issue("head", certificate_role::head));
  EXPECT_THAT(read_certificate(folder.text_of("head.pem"))->hosts,
              Not(IsSupersetOf({std::string{"head.example"}})));
}

} // namespace lockstep
