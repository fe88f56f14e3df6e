// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/certificates/certificate.hpp"
#include "platform/certificates/pki_names.hpp"
#include "platform/openssl/pki_result.hpp"
#include "platform/tls/tls_options.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace lockstep {

/// The member's files in this folder, for tls_context::load().
tls_files member_files(const std::filesystem::path& folder, std::string_view name);
/// What stands in one of these files; empty if it cannot be read.
std::string pem_text_of(const std::filesystem::path& file);

/// What a member needs, in PEM.
struct member_texts {
  std::string authority;
  std::string certificate; ///< followed by the authority's
  std::string key;         ///< may be empty: then the file that is there stays
  std::string revocation;  ///< may be empty likewise
};

/// The key, in PEM, with which a machine asks for its first certificate. It lies in the folder from
/// then on, until the member's files are written: whoever has not got the answer asks again with
/// the same one. Makes the folder.
pki_result<std::string> joining_key(const std::filesystem::path& folder, const std::string& name);

/// Writes a member's files, for example what a machine got when it joined. Makes the folder.
/// Nothing is written if the parts do not belong together: key and certificate, certificate and
/// authority, certificate and name. A folder of another cluster is refused. A certificate of the
/// same authority, which is known by its key, gives way to one that ends later only.
pki_result<certificate_facts> write_member_files(const std::filesystem::path& folder,
                                                 const std::string& name,
                                                 const member_texts& texts);

/// Replaces a member's revocation list with a newer one of the same authority. Gives whether it was
/// newer; an error if another signed it.
pki_result<bool> write_revocation(const std::filesystem::path& folder,
                                  const std::string& revocation);

} // namespace lockstep
