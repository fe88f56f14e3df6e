#pragma once

#include "actors/tls/tls_session.hpp"

#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace lockstep {

/// Files of one side, in PEM.
struct tls_files {
  std::string authority;   ///< the cluster's own CA; every certificate that it signed is a member
  std::string certificate; ///< ours, followed by the authority's
  std::string key;
  std::string revocation; ///< the authority's list; may be missing as a file, then none is revoked
};

enum class tls_oldest : unsigned char { version_1_3, version_1_2 };

/// What one side wants of the other.
struct tls_demand {
  /// The role that the other side's certificate must have; none for either.
  std::optional<certificate_role> role = {};
  /// Also let through who shows no certificate: for joining by token, and for the control port,
  /// whose clients show a token.
  bool without_certificate = false;
  /// Instead of an authority file: the only authority to be accepted, by its fingerprint. For a
  /// machine that joins and has nothing yet but a token.
  std::string pinned_authority = {};
  tls_oldest oldest = tls_oldest::version_1_3;
};

/// Certificates of one side, read once and checked before use, and the rules for the other. Fixed
/// once it is made, so threads share it; new certificates are a new context.
class tls_context {
public:
  /// Reads and checks the files: the key belongs to the certificate, the authority signed it, it is
  /// valid now. Gives the context, or a sentence on what is wrong with which file. Files may be
  /// left empty (no name) where `demand.pinned_authority` is set; certificate and key also where
  /// this side shows none (a client of the control port).
  static std::variant<std::shared_ptr<const tls_context>, std::string>
  load(const tls_files& files, const tls_demand& demand);

  ~tls_context();
  tls_context(const tls_context&) = delete;
  tls_context& operator=(const tls_context&) = delete;

  /// Begins a connection on a connected socket, as the side that was dialled (accept)
  /// or that dialled (connect).
  [[nodiscard]] std::unique_ptr<tls_session> accept(unique_descriptor socket) const;
  [[nodiscard]] std::unique_ptr<tls_session> connect(unique_descriptor socket) const;

  /// Our own certificate; none without files.
  [[nodiscard]] const std::optional<certificate_facts>& own() const { return own_; }

  /// OpenSSL's context, for a carrier that brings its own TLS stream (Asio).
  [[nodiscard]] ssl_ctx_st* native() const { return context_; }

private:
  explicit tls_context(ssl_ctx_st* made) : context_(made) {}

  ssl_ctx_st* context_;
  std::optional<certificate_facts> own_;
};

} // namespace lockstep
