// SPDX-License-Identifier: BSD-3-Clause

#include "control/client/head_access.hpp"

#include "control/client/owner_token.hpp"
#include "control/client/usage_error.hpp"

#include "platform/authority/pki_files.hpp"
#include "platform/process/unique_descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace lockstep {

namespace {

constexpr std::size_t token_bytes_max = 4'096;

std::string environment(const char* name) {
  const char* set = std::getenv(name);
  return set == nullptr ? "" : set;
}

std::string trimmed(const std::string& text) {
  const auto* white = " \t\r\n";
  const auto begin = text.find_first_not_of(white);
  return begin == std::string::npos ? ""
                                    : text.substr(begin, text.find_last_not_of(white) + 1 - begin);
}

/// Reads at most one byte more than a token may have. A pipe is as good as a file.
std::string read_token(const std::string& path) {
  const unique_descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat facts {};
  if (!file || ::fstat(file.get(), &facts) != 0)
    throw usage_error("--token-file '" + path + "': " + std::strerror(errno));
  if (S_ISREG(facts.st_mode) && (facts.st_mode & 077U) != 0)
    throw usage_error("--token-file '" + path + "': others may read it. Run `chmod 600 " + path +
                      "`, and replace the token if they may have done so");
  std::string text;
  std::array<char, token_bytes_max> bytes{};
  while (text.size() <= token_bytes_max) {
    const auto size = ::read(file.get(), bytes.data(), bytes.size());
    if (size < 0)
      throw usage_error("--token-file '" + path + "': " + std::strerror(errno));
    if (size == 0)
      break;
    text.append(bytes.data(), static_cast<std::size_t>(size));
  }
  if (text.size() > token_bytes_max || trimmed(text).empty())
    throw usage_error("--token-file '" + path + "' holds no token");
  return trimmed(text);
}

} // namespace

std::string named_authority(const access_arguments& words) {
  return words.ca.empty() ? environment("LOCKSTEP_CA") : words.ca;
}

std::string usual_authority() {
  const auto folder = default_pki_folder();
  const auto file = folder / pki_file::authority;
  std::error_code unknown;
  if (folder.empty() || !std::filesystem::exists(file, unknown))
    throw usage_error("TLS needs the certificate of the cluster's authority: copy ca.pem from the "
                      "head's machine and name it with --ca FILE or LOCKSTEP_CA");
  return file.string();
}

std::shared_ptr<const tls_context> trust_authority(const std::string& ca_file) {
  tls_demand demand;
  demand.role = certificate_role::head;
  auto loaded = tls_context::load({ca_file, "", "", ""}, demand);
  if (!loaded)
    throw usage_error("--ca: " + loaded.error());
  return *std::move(loaded);
}

std::optional<head_access> with_usual_authority(head_access plain) {
  const auto folder = default_pki_folder();
  const auto file = folder / pki_file::authority;
  std::error_code unknown;
  if (folder.empty() || !is_loopback(plain.where) || !std::filesystem::exists(file, unknown))
    return std::nullopt;
  plain.tls = trust_authority(file.string());
  if (plain.token.empty())
    plain.token = owner_token(folder);
  return plain;
}

std::string find_token(const access_arguments& words) {
  static const auto token = trimmed(environment("LOCKSTEP_TOKEN"));
  ::unsetenv("LOCKSTEP_TOKEN");
  return words.token_file.empty() ? token : read_token(words.token_file);
}

} // namespace lockstep
