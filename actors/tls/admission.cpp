#include "actors/tls/admission.hpp"

#include "actors/tls/open_authority.hpp"
#include "actors/tls/token_file.hpp"

namespace lockstep {

namespace {

using outcome = std::variant<admitted, token_refusal, pki_error>;

/// What is wrong with the request, before the token is used up for it.
pki_result<request_facts> checked(const open_authority& by, std::string_view request) {
  return attempt([&] {
    auto asked = read_request(request);
    by.demand_free(asked.name);
    return asked;
  });
}

outcome admit(const private_folder& place, open_authority& by, std::string_view token,
              std::string_view request) {
  const auto verdict = verdict_on(token, true, read_tokens(place), by.now());
  if (const auto* refused = std::get_if<token_refusal>(&verdict))
    return *refused;
  const auto asked = checked(by, request);
  if (const auto* wrong = std::get_if<pki_error>(&asked))
    return *wrong;
  // Used before it is signed for: a crash between the two costs a token, never lets two in.
  const auto taken = take_join_token(place, token, by.now());
  if (const auto* refused = std::get_if<token_refusal>(&taken))
    return *refused;
  const auto& [name, key] = std::get<request_facts>(asked);
  return admitted{std::get<token_entry>(taken),
                  by.sign(name, certificate_role::node, key.get(), member_life)};
}

} // namespace

std::variant<admitted, token_refusal, pki_error>
admit_by_token(const authority& by, std::string_view token, std::string_view request) {
  const auto done = attempt([&] {
    const private_folder place(by.folder());
    open_authority opened(place, by.now());
    return admit(place, opened, token, request);
  });
  const auto* failed = std::get_if<pki_error>(&done);
  if (failed == nullptr)
    return std::get<outcome>(done);
  // The authority's own trouble is no stranger's business.
  return token_refusal{token_refusal::reason::store_failed, {}, failed->text};
}

} // namespace lockstep
