// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <filesystem>
#include <string>
#include <string_view>

/// Where the files of an authority and of a member lie. Both are folders of mode 0700; an
/// authority's is its head's too.
///
///     ca.pem          the authority's certificate; the one before too  0644
///     ca-key.pem      its key; only where the authority itself is      0600
///     revoked.pem     its revocation list                              0644
///     index.json      what it has issued; only there                   0600
///     tokens.json     hashes of tokens; only there                     0600
///     owner.token     with which the owner uses the control port; only there  0600
///     NAME.pem        a member's certificate, followed by ca.pem       0644
///     NAME-key.pem    its key                                          0600
///     .lock           locked (flock) by whoever reads or writes here   0600
///
/// The head's own NAME is "head". Every file is replaced in one step (rename), so a reader without
/// the lock sees the old or the new one, never a part.

namespace lockstep {

namespace pki_file {
inline constexpr const char* authority = "ca.pem";
inline constexpr const char* authority_key = "ca-key.pem";
inline constexpr const char* revocation = "revoked.pem";
inline constexpr const char* index = "index.json";
inline constexpr const char* tokens = "tokens.json";
inline constexpr const char* owner_token = "owner.token";
inline constexpr const char* head = "head.pem";
inline constexpr const char* head_key = "head-key.pem";
inline constexpr const char* lock = ".lock";
} // namespace pki_file

/// Name of the certificate that `control pki init` makes for the head.
inline constexpr const char* head_name = "head";

/// `$LOCKSTEP_PKI`, else `$XDG_CONFIG_HOME/lockstep/pki`, else `~/.config/lockstep/pki`; empty
/// where none of the three variables is set.
std::filesystem::path default_pki_folder();

/// Why no certificate is issued to a name that is_certificate_name() refuses.
std::string refused_name(std::string_view name);

std::string certificate_file_of(std::string_view name);
std::string key_file_of(std::string_view name);

} // namespace lockstep
