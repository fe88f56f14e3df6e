// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/tls/pki_folder.hpp"

#include "platform/certificates/certificate_maker.hpp"
#include "platform/openssl/openssl_handles.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

namespace lockstep {

namespace {

using namespace std::chrono_literals;

/// A certificate with these alternative names, in OpenSSL's own words; signed by itself.
certificate_handle certificate_with(const std::string& names) {
  certificate_handle made{X509_new()};
  const auto key = make_key();
  X509_set_version(made.get(), 2);
  X509_set_pubkey(made.get(), key.get());
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 0xabc);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
  if (!names.empty()) {
    auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
    X509_add_ext(made.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  X509_sign(made.get(), key.get(), EVP_sha256());
  return made;
}

} // namespace

TEST(certificate, its_role_and_name_are_read_from_the_uri) {
  const auto node = certificate_with("URI:urn:lockstep:node:n1");
  const auto facts = facts_of(node.get());
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->role, certificate_role::node);
  EXPECT_EQ(facts->name, "n1");
  EXPECT_EQ(facts->serial, "0ABC");
  EXPECT_EQ(facts->fingerprint, fingerprint_of(node.get()));
  EXPECT_EQ(facts->not_after - facts->not_before, 3600s);
  EXPECT_EQ(facts_of(certificate_with("DNS:example.org,URI:urn:lockstep:head:h").get())->role,
            certificate_role::head);
}

TEST(certificate, one_that_names_nobody_or_two_or_somebody_else_is_nobodys) {
  for (const auto* names :
       {"", "DNS:n1", "URI:https://example.org", "URI:urn:lockstep:node:", "URI:urn:lockstep:n1",
        "URI:urn:lockstep:admin:n1", "URI:urn:lockstep:node:a/b", "URI:urn:lockstep:node:ca",
        "URI:urn:lockstep:node:n1,URI:urn:lockstep:head:n1",
        "URI:urn:lockstep:node:n1,URI:urn:lockstep:node:n1",
        "URI:urn:lockstep:node:n1,URI:urn:lockstep:other:n1"})
    EXPECT_FALSE(facts_of(certificate_with(names).get())) << names;
  EXPECT_FALSE(facts_of(nullptr));
}

TEST(certificate, a_zero_byte_does_not_end_a_name) {
  certificate_handle made = certificate_with("");
  auto* names = GENERAL_NAMES_new();
  auto* name = GENERAL_NAME_new();
  auto* uri = ASN1_IA5STRING_new();
  const std::string text("urn:lockstep:node:n1\0.example", 29);
  ASN1_STRING_set(uri, text.data(), static_cast<int>(text.size()));
  GENERAL_NAME_set0_value(name, GEN_URI, uri);
  sk_GENERAL_NAME_push(names, name);
  X509_add1_ext_i2d(made.get(), NID_subject_alt_name, names, 0, 0);
  GENERAL_NAMES_free(names);
  EXPECT_FALSE(facts_of(made.get()));
}

TEST(certificate, what_is_no_pem_is_no_certificate_and_leaves_no_error_behind) {
  for (const std::string text :
       {"", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n"})
    EXPECT_FALSE(read_certificate(text)) << text;
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(certificate, a_fingerprint_is_what_openssls_own_program_prints) {
  const test::pki_folder folder;
  const auto made = test::must(folder.by().init("weather"));
  const auto file = folder.beside("printed");
  const auto command = "openssl x509 -noout -fingerprint -sha256 -in '" +
                       (folder.path() / "ca.pem").string() + "' > '" + file.string() + "'";
  if (std::system("command -v openssl > /dev/null") != 0)
    GTEST_SKIP() << "there is no openssl program here";
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::ifstream in(file);
  std::string printed;
  std::getline(in, printed);
  std::string digits;
  for (const char c : printed.substr(printed.find('=') + 1))
    if (c != ':')
      digits += static_cast<char>(std::tolower(c));
  EXPECT_EQ(digits, made.fingerprint);
}

} // namespace lockstep
