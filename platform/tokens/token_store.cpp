// SPDX-License-Identifier: BSD-3-Clause

#include "platform/tokens/token_store.hpp"

#include "platform/certificates/private_folder.hpp"
#include "platform/openssl/openssl_handles.hpp"
#include "platform/openssl/sha256.hpp"
#include "platform/tokens/token_file.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <utility>

namespace lockstep {

namespace {

/// A pki_error on the way to whoever asked about a token.
tl::unexpected<token_refusal> failed(const pki_error& why) {
  return tl::unexpected(token_refusal{token_refusal::reason::store_failed, {}, why.text});
}

/// One that no token has.
std::string new_id(const std::vector<token_entry>& tokens) {
  for (;;) {
    auto id = random_hex(token_id_digits / 2);
    if (std::none_of(tokens.begin(), tokens.end(),
                     [&](const auto& entry) { return entry.id == id; }))
      return id;
  }
}

void demand_room(std::vector<token_entry>& tokens, std::chrono::system_clock::time_point now) {
  if (tokens.size() < tokens_max)
    return;
  std::erase_if(tokens, [&](const auto& entry) { return entry.expires <= now; });
  if (tokens.size() >= tokens_max)
    throw pki_failure("There are " + std::to_string(tokens_max) +
                      " tokens, and no more. `control token revoke ID` removes one.");
}

/// Before the first token, there may be no folder.
std::vector<token_entry> tokens_in(const std::filesystem::path& folder) {
  std::error_code unknown;
  if (!std::filesystem::exists(folder, unknown))
    return {};
  return read_tokens(private_folder(folder));
}

std::chrono::nanoseconds since_1970(const timespec& time) {
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

} // namespace

token_store::token_store(std::filesystem::path folder, pki_clock now)
    : folder_(std::move(folder)), now_(std::move(now)) {}

pki_result<token_text> token_store::create(token_kind kind, std::chrono::seconds life) const {
  return attempt([&] {
    if (life < std::chrono::seconds{1} || life > token_life_max)
      throw pki_failure("A token counts for one second to ten years.");
    const private_folder place(folder_, private_folder::if_missing::make);
    const auto now = now_();
    auto tokens = read_tokens(place);
    demand_room(tokens, now);
    token_text made{new_id(tokens), random_hex(token_secret_digits / 2)};
    tokens.push_back({made.id, kind, sha256_of(made.secret), now, now + life, {}, {}});
    write_tokens(place, std::move(tokens), now);
    return made;
  });
}

token_decision token_store::check(std::string_view text) const {
  const auto decision = attempt([&] {
    const std::lock_guard guard(mutex_);
    refresh();
    return decision_on(text, false, tokens_, now_());
  });
  if (!decision)
    return failed(decision.error());
  return *decision;
}

token_decision token_store::take(std::string_view text) const {
  const auto decision = attempt([&] {
    const private_folder place(folder_);
    return take_join_token(place, text, {}, now_());
  });
  if (!decision)
    return failed(decision.error());
  return *decision;
}

pki_result<std::vector<token_entry>> token_store::list() const {
  return attempt([&] {
    auto tokens = tokens_in(folder_);
    std::erase_if(tokens, [now = now_()](const auto& entry) { return entry.expires <= now; });
    return tokens;
  });
}

pki_result<token_entry> token_store::revoke(std::string_view id) const {
  return attempt([&] {
    const private_folder place(folder_);
    auto tokens = read_tokens(place);
    const auto found = std::find_if(tokens.begin(), tokens.end(),
                                    [&](const auto& entry) { return entry.id == id; });
    if (found == tokens.end())
      throw pki_failure("There is no token of this id. `control token list` shows them.");
    auto revoked = *found;
    tokens.erase(found);
    write_tokens(place, std::move(tokens), now_());
    return revoked;
  });
}

token_store::version token_store::version_now() const {
  struct stat found {};
  if (::stat((folder_ / pki_file::tokens).c_str(), &found) != 0)
    return {};
  return {found.st_ino, since_1970(found.st_mtim).count(), found.st_size};
}

void token_store::refresh() const {
  // A file that has changed just now may change once more and look the same, so that is not
  // trusted.
  constexpr std::chrono::seconds settled{2};
  if (known_.bytes != 0 && version_now() == known_)
    return;
  known_ = {};
  tokens_.clear();
  const auto found = version_now(); // before reading: if it changes meanwhile, it is read again
  tokens_ = tokens_in(folder_);
  const auto now = std::chrono::system_clock::now().time_since_epoch(); // the files' clock
  if (found.changed_ns < std::chrono::nanoseconds{now - settled}.count())
    known_ = found;
}

} // namespace lockstep
