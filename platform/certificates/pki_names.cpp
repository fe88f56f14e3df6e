// SPDX-License-Identifier: BSD-3-Clause

#include "platform/certificates/pki_names.hpp"

#include <cstdlib>

namespace lockstep {

namespace {

std::string value_of(const char* variable) {
  const char* set = std::getenv(variable);
  return set == nullptr ? "" : set;
}

} // namespace

std::filesystem::path default_pki_folder() {
  if (const auto chosen = value_of("LOCKSTEP_PKI"); !chosen.empty())
    return chosen;
  if (const auto config = value_of("XDG_CONFIG_HOME"); !config.empty())
    return std::filesystem::path{config} / "lockstep/pki";
  if (const auto home = value_of("HOME"); !home.empty())
    return std::filesystem::path{home} / ".config/lockstep/pki";
  return {};
}

std::string refused_name(std::string_view name) {
  std::string shown; // it may come from an unauthenticated peer
  for (const char c : name.substr(0, 64))
    shown += c >= ' ' && c <= '~' ? c : '?';
  return "'" + shown +
         "' is no name for a certificate: take up to 64 letters, digits, '.', '_' and '-', "
         "beginning "
         "with a letter or a digit; not 'ca', not 'revoked', and no '-key' at the end.";
}

std::string certificate_file_of(std::string_view name) {
  return std::string{name} + ".pem";
}

std::string key_file_of(std::string_view name) {
  return std::string{name} + "-key.pem";
}

} // namespace lockstep
