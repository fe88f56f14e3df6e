// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/authority/certificate_index.hpp"
#include "platform/authority/issued_certificate.hpp"
#include "platform/certificates/certificate_maker.hpp"
#include "platform/certificates/certificate_request.hpp"
#include "platform/certificates/private_folder.hpp"

namespace lockstep {

/// An authority while its folder is locked: read and checked once, with what it has issued.
/// Functions throw pki_failure. For one thread.
class open_authority {
public:
  using time_point = std::chrono::system_clock::time_point;

  /// Reads certificate, key and index, and checks that they belong together. `place` must outlive
  /// it.
  open_authority(const private_folder& place, time_point now);

  /// Makes the files of a new one.
  static void make(const private_folder& place, const std::string& cluster, time_point now);

  /// Signs, and notes it in the index, which is written before this returns. A node is given no
  /// hosts.
  issued_certificate sign(const std::string& name, certificate_role role, evp_pkey_st* key,
                          std::chrono::days life, const host_names& hosts = {});

  /// A new certificate for its own key and name, in the file before the one that it had.
  void renew();

  /// As authority::admit() and its neighbours say.
  void demand_free(const std::string& name) const;
  void demand_role(const std::string& name, certificate_role role) const;
  void demand_not_revoked(const certificate_facts& holder) const;

  std::vector<certificate_entry> revoke(const std::string& name_or_serial);

  /// The newest list, made anew if it is due.
  std::string revocation();

  [[nodiscard]] authority_facts facts() const;
  [[nodiscard]] const certificate_index& index() const { return index_; }
  [[nodiscard]] time_point now() const { return now_; }

private:
  void read_signer();
  void write_index() const;
  std::string write_revocation();

  const private_folder& place_;
  time_point now_;
  signer by_;
  std::string certificates_; ///< what ca.pem holds
  time_point not_after_;
  certificate_index index_;
};

} // namespace lockstep
