// SPDX-License-Identifier: BSD-3-Clause

#include "platform/tokens/token_text.hpp"

#include "platform/openssl/sha256.hpp"

namespace lockstep {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view spaces = " \t\r\n";
  const auto first = text.find_first_not_of(spaces);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

} // namespace

std::optional<token_text> parse_token(std::string_view text) {
  text = trimmed(text);
  if (text.size() != token_id_digits + 1 + token_secret_digits || text[token_id_digits] != '.')
    return {};
  const auto id = text.substr(0, token_id_digits);
  const auto secret = text.substr(token_id_digits + 1);
  if (!is_hexadecimal(id, token_id_digits) || !is_hexadecimal(secret, token_secret_digits))
    return {};
  return token_text{std::string{id}, std::string{secret}};
}

std::optional<join_token_text> parse_join_token(std::string_view text) {
  text = trimmed(text);
  const auto dot = text.rfind('.');
  if (dot == std::string_view::npos || !is_hexadecimal(text.substr(dot + 1), sha256_digits))
    return {};
  // The first part alone: white space may stand at the ends only.
  const auto first = text.substr(0, dot);
  const auto token = trimmed(first).size() == first.size() ? parse_token(first) : std::nullopt;
  if (!token)
    return {};
  return join_token_text{*token, std::string{text.substr(dot + 1)}};
}

std::string to_string(const token_text& token) {
  return token.id + "." + token.secret;
}

std::string to_string(const join_token_text& token) {
  return to_string(token.token) + "." + token.fingerprint;
}

} // namespace lockstep
