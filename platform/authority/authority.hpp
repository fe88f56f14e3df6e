// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/authority/certificate_index.hpp"
#include "platform/authority/issued_certificate.hpp"
#include "platform/authority/pki_files.hpp"
#include "platform/certificates/certificate.hpp"
#include "platform/openssl/pki_result.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

/// A cluster's own certificate authority: files in one folder (pki_files.hpp). It keeps nothing in
/// memory; each call locks the folder, reads, checks, writes and unlocks, so that a head, its
/// threads and `control pki` may all use one. What has been issued stands in the index before
/// anybody has it. Errors are sentences. Each call takes some milliseconds, and five seconds where
/// the folder stays locked.
class authority {
public:
  explicit authority(std::filesystem::path folder, pki_clock now = std::chrono::system_clock::now);

  /// Makes the authority, and a certificate for the head (head.pem, head-key.pem), which is reached
  /// on this machine and at `hosts`. An authority that exists already is never replaced.
  [[nodiscard]] pki_result<authority_facts> init(const std::string& cluster,
                                                 const host_names& hosts = {}) const;

  [[nodiscard]] pki_result<authority_facts> facts() const;

  /// A new certificate for the authority's own key, also after the old one has expired. All that it
  /// has signed and will sign is valid by either, so members with the old and with the new one
  /// link. The old one stays behind the new one in ca.pem while it counts, so that tokens that
  /// carry its fingerprint do too. The head's certificate is renewed with it, if it lies here and
  /// is not revoked.
  [[nodiscard]] pki_result<authority_facts> renew() const;

  /// A new key and a certificate for it, written as NAME.pem and NAME-key.pem into `out`, by
  /// default into the authority's folder, with ca.pem and revoked.pem. A name that has valid
  /// certificates keeps its role; they go on being valid. A head is reached at its loopback
  /// addresses, at `hosts`, and without `out` under this machine's name; a node is given none.
  [[nodiscard]] pki_result<issued_certificate> issue(const std::string& name, certificate_role role,
                                                     std::chrono::days life = member_life,
                                                     std::filesystem::path out = {},
                                                     const host_names& hosts = {}) const;

  /// A new certificate for a key that lies in the authority's folder (the head's own): NAME.pem is
  /// replaced, NAME-key.pem stays. A head keeps the hosts that it has, and gets what issue() gives
  /// and `hosts`. Refused once the certificate is revoked.
  [[nodiscard]] pki_result<issued_certificate> renew(const std::string& name,
                                                     std::chrono::days life = member_life,
                                                     const host_names& hosts = {}) const;

  /// Signs the request (PKCS #10, PEM) of a machine that joins: the name and the key are taken from
  /// it, all else is decided here; the role is always node. The name must be free: an
  /// unauthenticated peer with a token must not become a machine that is here already. See also
  /// admission.hpp.
  [[nodiscard]] pki_result<issued_certificate> admit(std::string_view request,
                                                     std::chrono::days life = member_life) const;

  /// The same for a node that showed `holder` in its handshake: its name and no other; refused if
  /// it is revoked.
  [[nodiscard]] pki_result<issued_certificate>
  renew_request(std::string_view request, const certificate_facts& holder,
                std::chrono::days life = member_life) const;

  /// Revokes all valid certificates of a name, or the one with this serial number, and writes the
  /// revocation list anew. Gives those that were revoked.
  [[nodiscard]] pki_result<std::vector<certificate_entry>>
  revoke(const std::string& name_or_serial) const;

  /// The newest revocation list in PEM. It is made anew where it is missing, damaged, older than
  /// the index, or when a third of its life is over: call this before loading it, and each day.
  [[nodiscard]] pki_result<std::string> revocation() const;

  /// All certificates that it remembers, in the order in which they were issued.
  [[nodiscard]] pki_result<std::vector<certificate_entry>> list() const;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::chrono::system_clock::time_point now() const { return now_(); }

private:
  std::filesystem::path folder_;
  pki_clock now_;
};

} // namespace lockstep
