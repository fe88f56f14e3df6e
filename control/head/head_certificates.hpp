#pragma once

#include "control/head/audit_log.hpp"

#include "actors/tls/tls_context.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

/// A head's certificates while it serves: they are read again on SIGHUP, and renewed by the head
/// itself before they end where its folder holds the authority's key. A set that is no good is
/// refused and told, on stderr and in the audit; the old one stays in use. For one thread.
class head_certificates {
public:
  /// Loads the files and puts the new certificates to use; or gives a sentence on what is wrong
  /// with them, and changes nothing.
  using user = std::function<std::optional<std::string>(const tls_files& files)>;

  /// `audit` must outlive it.
  head_certificates(std::filesystem::path folder, audit_log& audit)
      : folder_(std::move(folder)), audit_(audit) {}

  /// One who uses the certificates: "the control port", "the cluster port".
  void add(std::string name, user one) { users_.emplace_back(std::move(name), std::move(one)); }

  /// Reads all of it again. `who`: as in the audit.
  void reload(std::string_view who);

  /// Renews what is due: the head's certificate and the revocation list. To be called every hour.
  void look();

  [[nodiscard]] tls_files files() const;

private:
  std::filesystem::path folder_;
  audit_log& audit_;
  std::vector<std::pair<std::string, user>> users_;
};

} // namespace lockstep
