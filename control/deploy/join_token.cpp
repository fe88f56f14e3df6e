// SPDX-License-Identifier: BSD-3-Clause

#include "control/deploy/join_token.hpp"

#include "platform/authority/authority.hpp"
#include "platform/authority/pki_files.hpp"
#include "platform/tokens/token_store.hpp"

#include <chrono>
#include <filesystem>
#include <stdexcept>

namespace lockstep {

namespace {

/// A machine takes its token a moment after it was made.
constexpr std::chrono::minutes life_of_one_join{10};

template <class T>
T value_of(pki_result<T> result) {
  if (!result)
    throw std::runtime_error(result.error().text);
  return *std::move(result);
}

} // namespace

std::string make_join_token(const std::string& pki_folder) {
  const auto folder = pki_folder.empty() ? default_pki_folder() : std::filesystem::path{pki_folder};
  const auto fingerprint = value_of(authority{folder}.facts()).fingerprint;
  return to_string(join_token_text{
      value_of(token_store{folder}.create(token_kind::join, life_of_one_join)), fingerprint});
}

} // namespace lockstep
