// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/control_acceptor.hpp"

#include "control/carriers/listen_socket.hpp"

#include "platform/authority/pki_files.hpp"
#include "platform/tokens/token_store.hpp"

#include <filesystem>
#include <utility>

namespace lockstep {

namespace {

access_role role_of(token_kind kind) {
  switch (kind) {
  case token_kind::read:
    return access_role::read;
  case token_kind::operate:
    return access_role::operate;
  case token_kind::admin:
    return access_role::admin;
  case token_kind::join:
    break;
  }
  return access_role::none;
}

std::string_view word_of(token_refusal::reason why) {
  switch (why) {
  case token_refusal::reason::malformed:
    return "malformed";
  case token_refusal::reason::unknown:
    return "unknown";
  case token_refusal::reason::expired:
    return "expired";
  case token_refusal::reason::used:
    return "used";
  case token_refusal::reason::wrong_kind:
    return "wrong kind";
  case token_refusal::reason::store_failed:
    break;
  }
  return "the tokens cannot be read";
}

token_answer to_answer(const token_decision& decision) {
  if (decision)
    return token_identity{role_of(decision->kind), decision->id};
  const auto& refused = decision.error();
  return tl::unexpected(token_refused{
      to_string(refused), refused.text.empty() ? std::string{word_of(refused.why)} : refused.text,
      refused.id});
}

/// Ids of the tokens for the control port; none where they cannot be read.
std::optional<std::set<std::string>> control_tokens(const token_store& store) {
  const auto list = store.list();
  if (!list)
    return std::nullopt;
  std::set<std::string> ids;
  for (const auto& entry : *list)
    if (role_of(entry.kind) != access_role::none)
      ids.insert(entry.id);
  return ids;
}

token_source tokens_in(const std::filesystem::path& folder) {
  const auto store = std::make_shared<const token_store>(folder);
  return {[store](const std::string& token) { return to_answer(store->check(token)); },
          [store] { return control_tokens(*store); }};
}

/// What to type, with the folder where it is not the usual one.
std::string set_up(const serve_options& options, bool with_authority) {
  const auto& folder = options.cluster.pki;
  const auto pki = folder == default_pki_folder() ? "" : " --pki " + folder;
  return std::string{"\nSet it up:\n"} + (with_authority ? "  control pki init" + pki + "\n" : "") +
         "  control token create --role admin" + pki + "\n";
}

std::string reason_for_tls(const serve_options& options) {
  return options.tls ? "TLS on the control port"
                     : "A control port at " + to_string(options.tcp.listen) +
                           ", which other machines can reach,";
}

} // namespace

tl::expected<std::shared_ptr<const tls_context>, std::string>
load_control_certificates(const tls_files& files, tls_oldest oldest) {
  tls_demand demand;
  demand.without_certificate = true;
  demand.oldest = oldest;
  return tls_context::load(files, demand);
}

bool needs_tls(const serve_options& options) {
  return options.tls || is_beyond_loopback(options.tcp.listen);
}

tl::expected<control_acceptor, std::string> open_control_acceptor(const serve_options& options) {
  const std::filesystem::path folder{options.cluster.pki};
  control_acceptor acceptor{nullptr, tokens_in(folder)};
  if (!needs_tls(options))
    return acceptor;
  const auto why = reason_for_tls(options) + " needs certificates and a token";
  const auto files = member_files(folder, head_name);
  std::error_code unknown;
  if (folder.empty() || !std::filesystem::exists(files.certificate, unknown))
    return tl::unexpected(why + ", and there are none in " +
                          (folder.empty() ? "LOCKSTEP_PKI or the home folder" : folder.string()) +
                          "." + set_up(options, true));
  auto loaded = load_control_certificates(files, options.cluster.oldest);
  if (!loaded)
    return tl::unexpected(why + ". " + loaded.error());
  acceptor.tls = *std::move(loaded);
  const auto tokens = acceptor.tokens.valid_ids();
  if (!tokens)
    return tl::unexpected(why + ", and the tokens in " + folder.string() + " cannot be read.");
  if (tokens->empty())
    return tl::unexpected(why + ", and there is no token that is valid." + set_up(options, false));
  return acceptor;
}

} // namespace lockstep
