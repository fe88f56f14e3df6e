// SPDX-License-Identifier: BSD-3-Clause

#include "platform/tokens/admission.hpp"

#include "platform/authority/open_authority.hpp"
#include "platform/tokens/token_file.hpp"

#include <algorithm>
#include <utility>

namespace lockstep {

namespace {

using outcome = tl::expected<admitted, admission_refusal>;

outcome refused(admission_refusal why) {
  return tl::unexpected(std::move(why));
}

/// What is wrong with the request, before the token is used up for it.
pki_result<request_facts> checked(const open_authority& by, std::string_view request) {
  return attempt([&] {
    auto asked = read_request(request);
    by.demand_free(asked.name);
    return asked;
  });
}

admitted sign(open_authority& by, const request_facts& asked, token_entry token) {
  return {std::move(token),
          by.sign(asked.name, certificate_role::node, asked.key.get(), member_life)};
}

/// The machine that a token let in may not have got its answer: with the same key it may ask again,
/// as long as the token would count and what it got is not revoked.
outcome admit_again(const private_folder& place, open_authority& by, const token_refusal& used,
                    std::string_view request) {
  const auto tokens = read_tokens(place);
  const auto found = std::ranges::find(tokens, used.id, &token_entry::id);
  const auto asked = attempt([&] { return read_request(request); });
  if (found == tokens.end() || !asked)
    return refused(used);
  const bool is_shut_out =
      std::ranges::any_of(by.index().certificates, [&](const certificate_entry& entry) {
        return entry.name == asked->name && entry.revoked_at && entry.revoked_at >= found->used_at;
      });
  if (found->used_by != digest_of(*asked) || by.now() >= found->expires || is_shut_out)
    return refused(used);
  by.demand_role(asked->name, certificate_role::node);
  return sign(by, *asked, *found);
}

outcome admit(const private_folder& place, open_authority& by, std::string_view token,
              std::string_view request) {
  const auto decision = decision_on(token, true, read_tokens(place), by.now());
  if (!decision)
    return decision.error().why == token_refusal::reason::used
               ? admit_again(place, by, decision.error(), request)
               : refused(decision.error());
  const auto asked = checked(by, request);
  if (!asked)
    return refused(asked.error());
  // Used before it is signed for: a crash between the two never lets two in.
  auto taken = take_join_token(place, token, digest_of(*asked), by.now());
  if (!taken)
    return refused(std::move(taken.error()));
  return sign(by, *asked, *std::move(taken));
}

} // namespace

tl::expected<admitted, admission_refusal>
admit_by_token(const authority& by, std::string_view token, std::string_view request) {
  auto done = attempt([&] {
    const private_folder place(by.folder());
    open_authority opened(place, by.now());
    return admit(place, opened, token, request);
  });
  if (done)
    return *std::move(done);
  // The authority's own trouble is nobody else's business.
  return refused(token_refusal{token_refusal::reason::store_failed, {}, done.error().text});
}

} // namespace lockstep
