// SPDX-License-Identifier: BSD-3-Clause

#include "platform/authority/pki_files.hpp"

#include "platform/authority/revocation_list.hpp"
#include "platform/certificates/private_folder.hpp"
#include "platform/openssl/openssl_handles.hpp"
#include "platform/openssl/openssl_values.hpp"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace lockstep {

namespace {

/// The certificate's facts, or throws if it is not this member's of this authority.
certificate_facts check_member(const std::string& name, const member_texts& texts) {
  const auto certificate = certificate_from(texts.certificate);
  const auto facts = facts_of(certificate.get());
  if (!facts || facts->name != name)
    throw pki_failure("What was given as certificate of " + name + " is none.");
  const auto authority = certificate_from(texts.authority);
  if (!authority || X509_verify(certificate.get(), X509_get0_pubkey(authority.get())) != 1)
    throw pki_failure("The certificate of " + name + " is not signed by the authority.");
  return *facts;
}

/// Whether `revocation` was newer than the list that is there, which then is replaced. An older one
/// would forget what has been revoked since.
bool take_newer(const private_folder& place, const std::string& authority,
                const std::string& revocation) {
  const auto issuer = certificate_from(authority);
  const auto list = revocation_from(revocation);
  const auto facts = read_revocation_list(revocation);
  if (!issuer || !list || !facts ||
      X509_CRL_verify(list.get(), X509_get0_pubkey(issuer.get())) != 1)
    throw pki_failure("The revocation list is not signed by the authority of " +
                      place.path_of(pki_file::authority) + ".");
  const auto before = place.read(pki_file::revocation).value_or("");
  const auto there = read_revocation_list(before);
  const bool same_authority =
      there && X509_CRL_verify(revocation_from(before).get(), X509_get0_pubkey(issuer.get())) == 1;
  forget_openssl_errors();
  if (same_authority && there->number >= facts->number)
    return false;
  place.write(pki_file::revocation, revocation);
  return true;
}

bool signs_itself_with(const certificate_handle& one, EVP_PKEY* key) {
  return EVP_PKEY_eq(X509_get0_pubkey(one.get()), key) == 1 && X509_verify(one.get(), key) == 1;
}

/// What ca.pem is to hold: what was brought, unless the certificate that is there ends later. All
/// must be of one key, for every certificate in that file is trusted. Throws where they are not.
std::string newer_authority(const private_folder& place, const std::string& brought_text) {
  auto there_text = place.read(pki_file::authority).value_or("");
  const auto there = certificate_from(there_text);
  const auto brought = certificates_from(brought_text);
  auto* key = X509_get0_pubkey(there ? there.get() : brought.front().get());
  if (!std::ranges::all_of(brought, [&](const auto& one) { return signs_itself_with(one, key); }))
    throw pki_failure(there ? place.where().string() + " belongs to another cluster. Take another "
                                                       "folder, or remove it first."
                            : "What was given as the authority's certificates is not of one key.");
  const auto ends = [](const certificate_handle& one) {
    return time_of(X509_get0_notAfter(one.get()));
  };
  if (there && ends(there) > ends(brought.front()))
    return there_text;
  std::string text; // these and nothing that may stand between them
  for (const auto& one : brought)
    text += pem_of(one.get());
  return text;
}

/// No member's: names begin with a letter or a digit.
std::string joining_key_file(const std::string& name) {
  return ".joining-" + key_file_of(name);
}

} // namespace

tls_files member_files(const std::filesystem::path& folder, std::string_view name) {
  return {folder / pki_file::authority, folder / certificate_file_of(name),
          folder / key_file_of(name), folder / pki_file::revocation};
}

std::string pem_text_of(const std::filesystem::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

pki_result<std::string> joining_key(const std::filesystem::path& folder, const std::string& name) {
  return attempt([&] {
    const private_folder place(folder, private_folder::if_missing::make);
    if (auto there = place.read_secret(joining_key_file(name)); there && key_from(*there))
      return std::move(*there);
    auto made = pem_of(make_key().get());
    place.write_secret(joining_key_file(name), made);
    return made;
  });
}

pki_result<certificate_facts> write_member_files(const std::filesystem::path& folder,
                                                 const std::string& name,
                                                 const member_texts& texts) {
  return attempt([&] {
    auto facts = check_member(name, texts);
    const private_folder place(folder, private_folder::if_missing::make);
    const auto authority = newer_authority(place, texts.authority);
    const auto key =
        texts.key.empty() ? place.read_secret(key_file_of(name)).value_or("") : texts.key;
    if (X509_check_private_key(certificate_from(texts.certificate).get(), key_from(key).get()) != 1)
      throw pki_failure("The key of " + name + " does not belong to its certificate.");
    if (!texts.revocation.empty()) // first, because it may be refused
      take_newer(place, texts.authority, texts.revocation);
    place.write(pki_file::authority, authority);
    place.write_secret(key_file_of(name), key);
    place.write(certificate_file_of(name), texts.certificate);
    place.remove(joining_key_file(name));
    return facts;
  });
}

pki_result<bool> write_revocation(const std::filesystem::path& folder,
                                  const std::string& revocation) {
  return attempt([&] {
    const private_folder place(folder);
    return take_newer(place, place.read(pki_file::authority).value_or(""), revocation);
  });
}

} // namespace lockstep
