// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/access/control_acceptor.hpp"
#include "control/client/head_access.hpp"

#include "platform/authority/authority.hpp"
#include "platform/authority/pki_files.hpp"
#include "platform/tokens/token_store.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace lockstep::test {

/// A real authority with a head's certificate and tokens, in a folder that goes away with it.
class control_pki {
public:
  control_pki() {
    auto form = (std::filesystem::temp_directory_path() / "lockstep_pki_XXXXXX").string();
    folder_ = ::mkdtemp(form.data()); // of mode 0700
    if (const auto made = authority(folder_).init("test"); !made)
      throw std::runtime_error(made.error().text);
  }
  ~control_pki() {
    std::error_code unimportant;
    std::filesystem::remove_all(folder_, unimportant);
  }
  control_pki(const control_pki&) = delete;
  control_pki& operator=(const control_pki&) = delete;

  [[nodiscard]] std::string folder() const { return folder_.string(); }
  [[nodiscard]] std::string ca() const { return (folder_ / pki_file::authority).string(); }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }

  [[nodiscard]] std::string token(token_kind kind) const {
    const auto made = token_store(folder_).create(
        kind, std::chrono::duration_cast<std::chrono::seconds>(control_token_life));
    return to_string(made.value());
  }

  /// Of a control port that shows the certificate of this member.
  [[nodiscard]] std::shared_ptr<const tls_context>
  server(const std::string& name = head_name) const {
    return load_control_certificates(member_files(folder_, name), tls_oldest::version_1_3).value();
  }

  /// How a client reaches a head of this authority.
  [[nodiscard]] head_access access(const address& where, const std::string& token = "") const {
    return {where, trust_authority(ca()), token, true};
  }

private:
  std::filesystem::path folder_;
};

} // namespace lockstep::test
