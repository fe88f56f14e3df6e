// SPDX-License-Identifier: BSD-3-Clause

#include "control/client/owner_token.hpp"

#include "platform/authority/pki_files.hpp"
#include "platform/certificates/private_folder.hpp"
#include "platform/tokens/token_store.hpp"

#include <chrono>
#include <system_error>

namespace lockstep {

namespace {

/// Long enough for whoever connects now and stays.
bool lasts(const token_decision& decision) {
  return decision && decision->kind == token_kind::admin &&
         decision->expires - std::chrono::system_clock::now() > control_token_life / 2;
}

std::string kept_token(const std::filesystem::path& folder) {
  return private_folder{folder}.read_secret(pki_file::owner_token).value_or("");
}

std::string new_token(const std::filesystem::path& folder) {
  const auto made = token_store{folder}.create(token_kind::admin, control_token_life);
  if (!made)
    return "";
  auto text = to_string(*made);
  private_folder{folder}.write_secret(pki_file::owner_token, text);
  return text;
}

} // namespace

std::string owner_token(const std::filesystem::path& folder) {
  std::error_code unknown;
  if (!std::filesystem::exists(folder / pki_file::authority_key, unknown))
    return "";
  return attempt([&] {
           auto kept = kept_token(folder);
           return lasts(token_store{folder}.check(kept)) ? kept : new_token(folder);
         })
      .value_or("");
}

} // namespace lockstep
