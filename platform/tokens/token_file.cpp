// SPDX-License-Identifier: BSD-3-Clause

#include "platform/tokens/token_file.hpp"

#include "platform/certificates/pki_names.hpp"
#include "platform/certificates/pki_time.hpp"
#include "platform/openssl/openssl_handles.hpp"
#include "platform/openssl/sha256.hpp"
#include "platform/tokens/token_text.hpp"

#include <lockstep/json.hpp>

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

namespace lockstep {

namespace {

using time_point = std::chrono::system_clock::time_point;

token_entry token_entry_from(const json& written) {
  token_entry entry;
  entry.id = written.at("id").get<std::string>();
  entry.secret_hash = written.at("secret_sha256").get<std::string>();
  const auto kind = token_kind_from(written.at("kind").get<std::string>());
  if (!kind || entry.id.size() != token_id_digits || entry.secret_hash.size() != sha256_digits)
    throw json::other_error::create(501, "no token", &written);
  entry.kind = *kind;
  entry.created = time_from(written.at("created"));
  entry.expires = time_from(written.at("expires"));
  entry.used_at = optional_time_from(written.at("used_at"));
  entry.used_by = written.value("used_by", "");
  return entry;
}

std::vector<token_entry> tokens_from(const std::string& text) {
  const auto written = json::parse(text);
  std::vector<token_entry> tokens;
  for (const auto& one : written.at("tokens"))
    tokens.push_back(token_entry_from(one));
  if (tokens.size() > tokens_max)
    throw json::other_error::create(501, "too many tokens", nullptr);
  return tokens;
}

/// In a time that does not depend on where they differ.
bool is_secret_of(const token_entry& entry, const std::string& hash) {
  return CRYPTO_memcmp(entry.secret_hash.data(), hash.data(), sha256_digits) == 0;
}

} // namespace

std::vector<token_entry> read_tokens(const private_folder& place) {
  const auto text = place.read_secret(pki_file::tokens);
  if (!text)
    return {};
  try {
    return tokens_from(*text);
  } catch (const json::exception&) {
    throw pki_failure(place.path_of(pki_file::tokens) +
                      " is damaged. Remove it and make new tokens with `control token create`.");
  }
}

void write_tokens(const private_folder& place, std::vector<token_entry> tokens, time_point now) {
  constexpr std::chrono::hours kept{24};
  std::erase_if(tokens, [&](const auto& entry) { return entry.expires + kept <= now; });
  json written = json::array();
  for (const auto& entry : tokens)
    written.push_back({{"id", entry.id},
                       {"kind", to_string(entry.kind)},
                       {"secret_sha256", entry.secret_hash},
                       {"created", written_time(entry.created)},
                       {"expires", written_time(entry.expires)},
                       {"used_at", written_time(entry.used_at)},
                       {"used_by", entry.used_by}});
  place.write_secret(pki_file::tokens, json{{"tokens", written}}.dump(1) + "\n");
}

token_decision decision_on(std::string_view text, bool joins,
                           const std::vector<token_entry>& tokens, time_point now) {
  using reason = token_refusal::reason;
  const auto refused = [](reason why, std::string id) {
    return tl::unexpected(token_refusal{why, std::move(id), {}});
  };
  const auto token = parse_token(text);
  if (!token)
    return refused(reason::malformed, {});
  const auto hash = sha256_of(token->secret);
  const auto found = std::find_if(tokens.begin(), tokens.end(),
                                  [&](const auto& entry) { return entry.id == token->id; });
  if (found == tokens.end() || !is_secret_of(*found, hash))
    return refused(reason::unknown, token->id);
  if ((found->kind == token_kind::join) != joins)
    return refused(reason::wrong_kind, token->id);
  if (found->used_at)
    return refused(reason::used, token->id);
  if (now >= found->expires)
    return refused(reason::expired, token->id);
  return *found;
}

token_decision take_join_token(const private_folder& place, std::string_view text,
                               const std::string& used_by, time_point now) {
  auto tokens = read_tokens(place);
  auto taken = decision_on(text, true, tokens, now);
  if (!taken)
    return taken;
  taken->used_at = now;
  taken->used_by = used_by;
  for (auto& entry : tokens)
    if (entry.id == taken->id)
      entry = *taken;
  write_tokens(place, std::move(tokens), now);
  return taken;
}

} // namespace lockstep
