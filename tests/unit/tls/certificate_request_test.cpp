// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/tls/pki_folder.hpp"

#include "platform/certificates/certificate_request.hpp"
#include "platform/openssl/openssl_handles.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

namespace lockstep {

namespace {

using test::holds;
using test::must;
using test::pki_folder;
using test::why;
using namespace std::chrono_literals;

/// A request as somebody else's program may make it.
std::string request_of(const std::vector<std::string>& names, evp_pkey_st* key,
                       const std::string& alternative_names = "") {
  const request_handle made{X509_REQ_new()};
  X509_REQ_set_pubkey(made.get(), key);
  for (const auto& name : names)
    X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(made.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.data()),
                               static_cast<int>(name.size()), -1, 0);
  if (!alternative_names.empty()) {
    auto* extensions = sk_X509_EXTENSION_new_null();
    sk_X509_EXTENSION_push(extensions, X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name,
                                                           alternative_names.c_str()));
    sk_X509_EXTENSION_push(extensions, X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints,
                                                           "critical,CA:TRUE"));
    X509_REQ_add_extensions(made.get(), extensions);
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
  }
  X509_REQ_sign(made.get(), key, EVP_sha256());
  return pem_of(made.get());
}

class certificate_request : public testing::Test {
protected:
  certificate_request() { must(folder.by().init("weather")); }

  [[nodiscard]] std::string complaint(const std::string& request) const {
    return why(folder.by().admit(request));
  }

  pki_folder folder;
};

} // namespace

TEST_F(certificate_request, a_machine_that_joins_gets_a_certificate_for_the_key_that_it_keeps) {
  const auto made = must(make_request("n1"));
  const auto issued = must(folder.by().admit(made.request));
  EXPECT_EQ(issued.facts.name, "n1");
  EXPECT_EQ(issued.facts.role, certificate_role::node);
  EXPECT_EQ(issued.key, "");
  EXPECT_EQ(
      X509_check_private_key(certificate_from(issued.certificate).get(), key_from(made.key).get()),
      1);
  EXPECT_EQ(test::verified(folder.text_of("ca.pem"), issued.revocation, issued.certificate,
                           folder.now(), false),
            "ok");
}

TEST_F(certificate_request, whatever_else_is_asked_for_the_authority_decides) {
  const auto key = make_key();
  const auto request = request_of({"n1"}, key.get(), "URI:urn:lockstep:head:head,DNS:head");
  const auto issued = must(folder.by().admit(request));
  EXPECT_EQ(issued.facts.role, certificate_role::node);
  EXPECT_EQ(issued.facts.name, "n1");
  EXPECT_EQ(X509_check_ca(certificate_from(issued.certificate).get()), 0);
}

TEST_F(certificate_request, a_name_that_is_taken_or_the_heads_is_refused) {
  must(folder.by().issue("n1", certificate_role::node));
  EXPECT_TRUE(holds(complaint(must(make_request("n1")).request), "belongs to a machine"));
  EXPECT_TRUE(holds(complaint(must(make_request("head")).request), "the head's own"));
  must(folder.by().revoke("n1"));
  EXPECT_EQ(complaint(must(make_request("n1")).request), "");
}

TEST_F(certificate_request, names_that_are_none_are_refused_on_both_sides) {
  const auto key = make_key();
  EXPECT_TRUE(holds(why(make_request("../ca")), "is no name"));
  using names = std::vector<std::string>;
  for (const auto& wrong : {names{}, names{"../ca"}, names{"ca"}, names{"n1", "n2"},
                            names{std::string("n1\0", 3)}, names{"n\x1b[31m1"}})
    EXPECT_TRUE(holds(complaint(request_of(wrong, key.get())), "is no name"));
  EXPECT_FALSE(holds(complaint(request_of({"n\x1b[31m1"}, key.get())), "\x1b"));
}

TEST_F(certificate_request, a_key_of_another_sort_or_curve_is_refused) {
  const key_handle rsa{EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048})};
  const key_handle p384{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384")};
  const key_handle edwards{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
  for (auto* key : {rsa.get(), p384.get()})
    EXPECT_TRUE(holds(complaint(request_of({"n1"}, key)), "P-256"));
  const request_handle made{X509_REQ_new()};
  X509_REQ_set_pubkey(made.get(), edwards.get());
  X509_REQ_sign(made.get(), edwards.get(), nullptr);
  EXPECT_TRUE(holds(complaint(pem_of(made.get())), "P-256"));
}

TEST_F(certificate_request, a_curve_that_is_spelt_out_is_refused) {
  auto key = make_key();
  EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_ENCODING, "explicit");
  EXPECT_TRUE(holds(complaint(request_of({"n1"}, key.get())), "P-256"));
}

TEST_F(certificate_request, nobody_gets_a_certificate_for_a_key_that_he_has_not) {
  const auto key = make_key(), other = make_key();
  const request_handle made{X509_REQ_new()};
  X509_REQ_set_pubkey(made.get(), key.get());
  X509_REQ_sign(made.get(), other.get(), EVP_sha256());
  EXPECT_TRUE(holds(complaint(pem_of(made.get())), "not signed with its own key"));
}

TEST_F(certificate_request, nonsense_and_what_is_too_long_are_refused) {
  auto good = must(make_request("n1")).request;
  for (const std::string& text : {std::string{}, std::string{"nonsense"}, folder.text_of("ca.pem"),
                                  good.substr(0, 200), std::string(request_bytes_max, '\n') + good})
    EXPECT_TRUE(holds(complaint(text), "no certificate request"));
  EXPECT_EQ(must(folder.by().list()).size(), 1U) << "only the head's";
}

TEST_F(certificate_request, a_node_renews_its_own_name_and_no_other) {
  const auto made = must(make_request("n1"));
  const auto first = must(folder.by().admit(made.request));
  folder.advance(std::chrono::days{20});
  const auto again = must(make_request("n1", made.key));
  const auto second = must(folder.by().renew_request(again, first.facts));
  EXPECT_EQ(second.facts.not_after, folder.now() + member_life);
  EXPECT_EQ(
      X509_check_private_key(certificate_from(second.certificate).get(), key_from(made.key).get()),
      1);
  const auto n2 = must(make_request("n2")).request;
  EXPECT_TRUE(holds(why(folder.by().renew_request(n2, first.facts)), "cannot be renewed as"));
}

TEST_F(certificate_request, a_head_or_a_revoked_node_renews_nothing_this_way) {
  const auto head = *read_certificate(folder.text_of("head.pem"));
  EXPECT_NE(why(folder.by().renew_request(must(make_request("head")).request, head)), "");
  const auto made = must(make_request("n1"));
  const auto node = must(folder.by().admit(made.request)).facts;
  auto pretended = node;
  pretended.serial = head.serial;
  EXPECT_NE(why(folder.by().renew_request(made.request, pretended)), "");
  must(folder.by().revoke("n1"));
  EXPECT_TRUE(holds(why(folder.by().renew_request(made.request, node)), "revoked"));
}

} // namespace lockstep
