// SPDX-License-Identifier: BSD-3-Clause

#include "platform/openssl/sha256.hpp"

#include "platform/openssl/pki_result.hpp"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>
#include <span>

namespace lockstep {

namespace {

constexpr std::string_view digits_of_16 = "0123456789abcdef";

} // namespace

std::string in_hexadecimal(std::span<const unsigned char> bytes) {
  std::string text;
  for (const auto byte : bytes) {
    text += digits_of_16[byte >> 4U];
    text += digits_of_16[byte & 15U];
  }
  return text;
}

bool is_hexadecimal(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of(digits_of_16) == std::string_view::npos;
}

std::string sha256_of(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
    throw pki_failure("OpenSSL cannot compute SHA-256.");
  return in_hexadecimal(std::span{digest}.first(size));
}

std::string sha256_of_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file)
    return {};
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context{EVP_MD_CTX_new(),
                                                                   EVP_MD_CTX_free};
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  std::array<char, 1U << 16U> buffer{};
  while (file) {
    file.read(buffer.data(), buffer.size());
    EVP_DigestUpdate(context.get(), buffer.data(), static_cast<std::size_t>(file.gcount()));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &size);
  return in_hexadecimal(std::span{digest}.first(size));
}

} // namespace lockstep
