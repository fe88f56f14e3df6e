// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/access/audit_log.hpp"

#include "platform/certificates/host_names.hpp"
#include "platform/openssl/pki_result.hpp"
#include "platform/tls/tls_context.hpp"

#include <tl/expected.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

/// Renews the head's certificate where it is due, or names not all that this machine is called and
/// `hosts`; only where the folder holds the authority's key. Gives whether it was renewed.
pki_result<bool> renew_head_certificate(const std::filesystem::path& folder,
                                        const host_names& hosts);

/// A head's certificates while it serves: they are read again on SIGHUP, and renewed by the head
/// itself before they end where its folder holds the authority's key. A set that is no good is
/// refused and told, on stderr and in the audit; the old one stays in use. For one thread.
class head_certificates {
public:
  /// Loads the files and puts the new certificates to use; or gives a sentence on what is wrong
  /// with them, and changes nothing.
  using user = std::function<tl::expected<void, std::string>(const tls_files& files)>;

  /// `hosts`: at which the head is reached. `audit` must outlive it.
  head_certificates(std::filesystem::path folder, host_names hosts, audit_log& audit)
      : folder_(std::move(folder)), hosts_(std::move(hosts)), audit_(audit) {}

  /// One who uses the certificates: "the control port", "the cluster port".
  void add(std::string name, user one) { users_.emplace_back(std::move(name), std::move(one)); }

  /// Reads all of it again. `who`: as in the audit.
  void reload(std::string_view who);

  /// Renews what is due: the head's certificate and the revocation list. To be called every hour.
  void look();

  [[nodiscard]] tls_files files() const;

private:
  std::filesystem::path folder_;
  host_names hosts_;
  audit_log& audit_;
  std::vector<std::pair<std::string, user>> users_;
};

} // namespace lockstep
