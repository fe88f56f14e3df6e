// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/handshake/watched_listener.hpp"
#include "tests/unit/tls/pki_folder.hpp"

#include "platform/certificates/certificate_request.hpp"
#include "platform/tokens/admission.hpp"

#include <gtest/gtest.h>

/// Machines of a cluster whose authority's certificate was renewed, over real connections.

namespace lockstep::test {

namespace {

using test::must;
using test::pki_folder;

std::shared_ptr<const tls_context> head_of(const pki_folder& folder) {
  return load_or_fail(member_files(folder.path(), head_name),
                      {.role = certificate_role::node, .without_certificate = true});
}

/// A node that has got its files by hand, as they are now.
std::shared_ptr<const tls_context> node_of(const pki_folder& folder, const std::string& name) {
  const auto place = folder.beside(name);
  must(folder.by().issue(name, certificate_role::node, member_life, place));
  return load_or_fail(member_files(place, name), {.role = certificate_role::head});
}

listener_options as_head() {
  return {.own = own_hello(certificate_role::head, head_name, "0.1.0")};
}

/// Lets in who shows a token of this folder, as a head does.
listener_callbacks admitting(const pki_folder& folder) {
  listener_callbacks callbacks;
  callbacks.enrol = [&folder](const enrol_request& wanted, const std::optional<certificate_facts>&,
                              const std::string&) -> tl::expected<enrol_answer, refusal> {
    auto done = admit_by_token(folder.by(), wanted.token, wanted.request);
    if (done)
      return enrol_answer{done->issued.certificate, must(folder.by().facts()).certificate,
                          done->issued.revocation};
    return tl::unexpected(refusal{"no"});
  };
  return callbacks;
}

/// Joins as a machine does that knows no more than its token; why it could not.
std::string join(const pki_folder& folder, const address& head, const std::string& name,
                 const std::string& fingerprint) {
  const auto token =
      must(token_store(folder.path(), folder.clock()).create(token_kind::join, join_token_life));
  const auto made = must(make_request(name));
  const auto peer =
      load_or_fail({}, {.role = certificate_role::head, .pinned_authority = fingerprint});
  auto answer = enrol(head, *peer, {to_string(token), name, made.request}, quick());
  if (auto why = failure_of(answer); !why.empty())
    return why;
  const auto& got = *answer;
  must(write_member_files(folder.beside(name), name,
                          {got.authority, got.certificate, made.key, got.revocation}));
  return {};
}

} // namespace

TEST(renewed_authority, members_with_the_old_and_the_new_certificate_link_to_each_other) {
  const pki_folder folder;
  must(folder.by().init("weather"));
  const auto old_head = head_of(folder);
  const auto old_node = node_of(folder, "n1");
  must(folder.by().renew());
  const auto new_head = head_of(folder);
  const auto new_node = node_of(folder, "n2");
  for (const auto& head : {old_head, new_head}) {
    watched_listener listener{head, as_head()};
    for (const auto& node : {old_node, new_node}) {
      const auto own = own_hello(certificate_role::node, node->own()->name, "0.1.0");
      EXPECT_EQ(failure_of(dial(listener.where(), *node, own, quick())), "");
      EXPECT_TRUE(listener.next_link());
    }
  }
}

TEST(renewed_authority, tokens_with_the_old_and_the_new_fingerprint_let_a_machine_in) {
  const pki_folder folder;
  const auto before = must(folder.by().init("weather")).fingerprint;
  const auto after = must(folder.by().renew()).fingerprint;
  watched_listener listener{head_of(folder), as_head(), admitting(folder)};
  EXPECT_EQ(join(folder, listener.where(), "n1", before), "");
  EXPECT_EQ(join(folder, listener.where(), "n2", after), "");
  EXPECT_NE(join(folder, listener.where(), "n3", std::string(64, 'a')), "");
  for (const auto* name : {"n1", "n2"}) {
    const auto node =
        load_or_fail(member_files(folder.beside(name), name), {.role = certificate_role::head});
    const auto own = own_hello(certificate_role::node, name, "0.1.0");
    EXPECT_EQ(failure_of(dial(listener.where(), *node, own, quick())), "");
  }
}

} // namespace lockstep::test
