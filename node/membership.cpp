// SPDX-License-Identifier: BSD-3-Clause

#include "node/membership.hpp"

#include "platform/authority/authority.hpp"
#include "platform/authority/pki_files.hpp"
#include "platform/certificates/certificate_request.hpp"
#include "platform/network/host_name.hpp"
#include "platform/tokens/token_text.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <utility>

namespace lockstep {

namespace {

using context_pointer = std::shared_ptr<const tls_context>;
namespace fs = std::filesystem;

tl::expected<context_pointer, std::string> load(const membership_options& options) {
  tls_demand demand;
  demand.role = certificate_role::head;
  demand.oldest = options.oldest;
  return tls_context::load(member_files(options.identity, options.name), demand);
}

/// Asks each head in turn.
tl::expected<enrol_answer, no_membership> ask(const std::vector<address>& heads,
                                              const tls_context& context,
                                              const enrol_request& wanted,
                                              const dial_options& dialling) {
  no_membership last{"there is no head to ask", false};
  for (const auto& head : heads) {
    auto answer = enrol(head, context, wanted, dialling);
    if (answer)
      return *std::move(answer);
    const auto& failed = answer.error();
    // One that may come back is reason enough to go on.
    last = {to_string(head) + ": " + failed.why, failed.again || last.again};
  }
  return tl::unexpected(std::move(last));
}

tl::expected<void, std::string> keep(const membership_options& options, enrol_answer got,
                                     std::string key) {
  const auto written = write_member_files(options.identity, options.name,
                                          {std::move(got.authority), std::move(got.certificate),
                                           std::move(key), std::move(got.revocation)});
  if (!written)
    return tl::unexpected(written.error().text);
  return {};
}

tl::unexpected<no_membership> no_member(std::string why) {
  return tl::unexpected(no_membership{std::move(why)});
}

tl::expected<void, no_membership> join_by_token(const membership_options& options,
                                                const std::vector<address>& heads,
                                                const dial_options& dialling) {
  const auto token = parse_join_token(options.token);
  if (!token)
    return no_member("the join token is not of the form ID.SECRET.FINGERPRINT: copy the whole "
                     "line that `control token create` printed");
  tls_demand demand;
  demand.role = certificate_role::head;
  demand.pinned_authority = token->fingerprint;
  demand.oldest = options.oldest;
  const auto unidentified = tls_context::load({}, demand);
  if (!unidentified)
    return no_member(unidentified.error());
  auto key = joining_key(options.identity, options.name);
  if (!key)
    return no_member(key.error().text);
  auto request = make_request(options.name, *key);
  if (!request)
    return no_member(request.error().text);
  auto answer = ask(heads, **unidentified,
                    {to_string(token->token), options.name, *std::move(request)}, dialling);
  if (!answer)
    return tl::unexpected(std::move(answer.error()));
  return keep(options, *std::move(answer), *std::move(key)).map_error([](std::string why) {
    return no_membership{std::move(why)};
  });
}

} // namespace

fs::path default_identity_folder() {
  if (const char* set = std::getenv("LOCKSTEP_IDENTITY"))
    return set;
  if (const char* set = std::getenv("XDG_CONFIG_HOME"))
    return fs::path{set} / "lockstep" / "node";
  if (const char* home = std::getenv("HOME"))
    return fs::path{home} / ".config" / "lockstep" / "node";
  return {};
}

std::string default_node_name() {
  auto name = host_name();
  name = name.substr(0, name.find('.'));
  std::erase_if(name, [](char c) { return !is_certificate_name(std::string{c}); });
  return is_certificate_name(name) ? name : "node";
}

tl::expected<context_pointer, no_membership> obtain_membership(const membership_options& options,
                                                               const std::vector<address>& heads,
                                                               const dial_options& dialling) {
  const bool is_member = fs::exists(options.identity / certificate_file_of(options.name));
  if (!is_member && options.token.empty())
    return no_member(
        "node " + options.name + " has no certificate in " + options.identity.string() +
        ": on the head's machine, `control token create --join HOST:PORT` prints the line that "
        "makes it a member");
  if (!is_member)
    if (auto joined = join_by_token(options, heads, dialling); !joined)
      return tl::unexpected(std::move(joined.error()));
  auto loaded = load(options);
  if (!loaded)
    return no_member(std::move(loaded.error()));
  // Where that fails the certificate is still good for a while: the next dial tells more.
  if (renew_if_due(options, **loaded, heads, dialling))
    loaded = load(options);
  if (!loaded)
    return no_member(std::move(loaded.error()));
  return *std::move(loaded);
}

tl::expected<void, std::string> renew_if_due(const membership_options& options,
                                             const tls_context& current,
                                             const std::vector<address>& heads,
                                             const dial_options& dialling) {
  if (heads.empty() || !current.own() ||
      !is_due_for_renewal(*current.own(), std::chrono::system_clock::now()))
    return {};
  const auto key = pem_text_of(options.identity / key_file_of(options.name));
  auto request = make_request(options.name, key);
  if (!request)
    return tl::unexpected(request.error().text);
  auto answer = ask(heads, current, {{}, options.name, *std::move(request)}, dialling);
  if (!answer)
    return tl::unexpected(std::move(answer.error().why));
  return keep(options, *std::move(answer), {});
}

} // namespace lockstep
