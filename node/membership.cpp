#include "node/membership.hpp"

#include "platform/authority/authority.hpp"
#include "platform/authority/pki_files.hpp"
#include "platform/certificates/certificate_request.hpp"
#include "platform/tokens/token_text.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <utility>

namespace lockstep {

namespace {

using context_pointer = std::shared_ptr<const tls_context>;
namespace fs = std::filesystem;

std::variant<context_pointer, std::string> load(const membership_options& options) {
  tls_demand demand;
  demand.role = certificate_role::head;
  demand.oldest = options.oldest;
  return tls_context::load(member_files(options.identity, options.name), demand);
}

/// Asks each head in turn.
std::variant<enrol_answer, no_membership> ask(const std::vector<address>& heads,
                                              const tls_context& context,
                                              const enrol_request& wanted,
                                              const dial_options& dialling) {
  no_membership last{"there is no head to ask", false};
  for (const auto& head : heads) {
    auto answer = enrol(head, context, wanted, dialling);
    if (auto* good = std::get_if<enrol_answer>(&answer))
      return std::move(*good);
    auto& failed = std::get<dial_failure>(answer);
    // One that may come back is reason enough to go on.
    last = {to_string(head) + ": " + failed.why, failed.again || last.again};
  }
  return last;
}

std::optional<std::string> keep(const membership_options& options, enrol_answer got,
                                std::string key) {
  const auto written = write_member_files(options.identity, options.name,
                                          {std::move(got.authority), std::move(got.certificate),
                                           std::move(key), std::move(got.revocation)});
  if (const auto* why = std::get_if<pki_error>(&written))
    return why->text;
  return std::nullopt;
}

std::optional<no_membership> join_by_token(const membership_options& options,
                                           const std::vector<address>& heads,
                                           const dial_options& dialling) {
  const auto token = parse_join_token(options.token);
  if (!token)
    return no_membership{"the join token is not of the form ID.SECRET.FINGERPRINT: copy the whole "
                         "line that `control token create` printed"};
  tls_demand demand;
  demand.role = certificate_role::head;
  demand.pinned_authority = token->fingerprint;
  demand.oldest = options.oldest;
  const auto stranger = tls_context::load({}, demand);
  if (const auto* why = std::get_if<std::string>(&stranger))
    return no_membership{*why};
  auto key = joining_key(options.identity, options.name);
  if (const auto* why = std::get_if<pki_error>(&key))
    return no_membership{why->text};
  auto request = make_request(options.name, std::get<std::string>(key));
  if (const auto* why = std::get_if<pki_error>(&request))
    return no_membership{why->text};
  auto answer = ask(
      heads, *std::get<context_pointer>(stranger),
      {to_string(token->token), options.name, std::get<std::string>(std::move(request))}, dialling);
  if (auto* why = std::get_if<no_membership>(&answer))
    return std::move(*why);
  if (auto why = keep(options, std::get<enrol_answer>(std::move(answer)),
                      std::get<std::string>(std::move(key))))
    return no_membership{std::move(*why)};
  return std::nullopt;
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
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  std::string name{host.data()};
  name = name.substr(0, name.find('.'));
  std::erase_if(name, [](char c) { return !is_certificate_name(std::string{c}); });
  return is_certificate_name(name) ? name : "node";
}

std::variant<context_pointer, no_membership> obtain_membership(const membership_options& options,
                                                               const std::vector<address>& heads,
                                                               const dial_options& dialling) {
  const bool is_member = fs::exists(options.identity / certificate_file_of(options.name));
  if (!is_member && options.token.empty())
    return no_membership{
        "node " + options.name + " has no certificate in " + options.identity.string() +
        ": on the head's machine, `control token create --join HOST:PORT` prints the line that "
        "makes it a member"};
  if (!is_member)
    if (auto why = join_by_token(options, heads, dialling))
      return std::move(*why);
  auto loaded = load(options);
  if (auto* why = std::get_if<std::string>(&loaded))
    return no_membership{std::move(*why)};
  auto& context = std::get<context_pointer>(loaded);
  // Where that fails the certificate is still good for a while: the next dial tells more.
  if (!renew_if_due(options, *context, heads, dialling))
    loaded = load(options);
  if (auto* why = std::get_if<std::string>(&loaded))
    return no_membership{std::move(*why)};
  return std::get<context_pointer>(std::move(loaded));
}

std::optional<std::string> renew_if_due(const membership_options& options,
                                        const tls_context& current,
                                        const std::vector<address>& heads,
                                        const dial_options& dialling) {
  if (heads.empty() || !current.own() ||
      !is_due_for_renewal(*current.own(), std::chrono::system_clock::now()))
    return std::nullopt;
  const auto key = pem_text_of(options.identity / key_file_of(options.name));
  auto request = make_request(options.name, key);
  if (const auto* why = std::get_if<pki_error>(&request))
    return why->text;
  auto answer =
      ask(heads, current, {{}, options.name, std::get<std::string>(std::move(request))}, dialling);
  if (const auto* why = std::get_if<no_membership>(&answer))
    return why->why;
  return keep(options, std::get<enrol_answer>(std::move(answer)), {});
}

} // namespace lockstep
