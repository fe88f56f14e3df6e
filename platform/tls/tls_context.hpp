// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/tls/tls_options.hpp"
#include "platform/tls/tls_session.hpp"

#include <tl/expected.hpp>

#include <memory>
#include <optional>
#include <string>

namespace lockstep {

/// Certificates of one side, read once and checked before use, and the rules for the other. Fixed
/// once it is made, so threads share it; new certificates are a new context.
class tls_context {
public:
  /// Reads and checks the files: the key belongs to the certificate, the authority signed it, it is
  /// valid now. Gives the context, or a sentence on what is wrong with which file. Files may be
  /// left empty (no name) where `demand.pinned_authority` is set; certificate and key also where
  /// this side shows none (a client of the control port).
  static tl::expected<std::shared_ptr<const tls_context>, std::string>
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
