// SPDX-License-Identifier: BSD-3-Clause

#include "platform/authority/authority.hpp"

#include "platform/authority/open_authority.hpp"
#include "platform/certificates/certificate_request.hpp"
#include "platform/certificates/private_folder.hpp"

#include <utility>

namespace lockstep {

namespace {

/// What `use` does with the authority of this folder, which is locked meanwhile.
template <class Use>
auto with_authority(const std::filesystem::path& folder, const pki_clock& now, const Use& use) {
  return attempt([&] {
    const private_folder place(folder);
    open_authority opened(place, now());
    return use(opened, place);
  });
}

host_names hosts_of(certificate_role role, host_names usual, const host_names& more) {
  return joined_hosts(role == certificate_role::head ? std::move(usual) : host_names{}, more);
}

issued_certificate issue_here(open_authority& by, const private_folder& place,
                              const std::string& name, certificate_role role,
                              std::chrono::days life, const host_names& hosts) {
  by.demand_role(name, role);
  const auto key = make_key();
  auto issued =
      by.sign(name, role, key.get(), life, hosts_of(role, names_of_this_machine(), hosts));
  issued.key = pem_of(key.get());
  place.write_secret(key_file_of(name), issued.key);
  place.write(certificate_file_of(name), issued.certificate);
  return issued;
}

/// Into a folder of its own, as a machine will have it.
issued_certificate issue_to(open_authority& by, const std::filesystem::path& out,
                            const std::string& name, certificate_role role, std::chrono::days life,
                            const host_names& hosts) {
  by.demand_role(name, role);
  { const private_folder can_be_written(out, private_folder::if_missing::make); }
  const auto key = make_key();
  auto issued = by.sign(name, role, key.get(), life, hosts_of(role, loopback_names(), hosts));
  issued.key = pem_of(key.get());
  const auto written = write_member_files(
      out, name, {by.facts().certificate, issued.certificate, issued.key, issued.revocation});
  if (!written)
    throw pki_failure(written.error().text);
  return issued;
}

issued_certificate renew_here(open_authority& by, const private_folder& place,
                              const std::string& name, std::chrono::days life,
                              const host_names& hosts) {
  if (!is_certificate_name(name))
    throw pki_failure(refused_name(name));
  const auto holder =
      read_certificate(place.read(certificate_file_of(name)).value_or(std::string{}));
  const auto key = key_from(place.read_secret(key_file_of(name)).value_or(std::string{}));
  if (!holder || !key)
    throw pki_failure("The certificate and the key of " + name + " are not in " +
                      place.where().string() +
                      ". A machine that has joined renews its own; `control pki "
                      "issue " +
                      name + "` makes new ones.");
  by.demand_not_revoked(*holder);
  const auto before = hosts_of(holder->role, names_of_this_machine(), holder->hosts);
  auto issued = by.sign(name, holder->role, key.get(), life, joined_hosts(before, hosts));
  place.write(certificate_file_of(name), issued.certificate);
  return issued;
}

} // namespace

authority::authority(std::filesystem::path folder, pki_clock now)
    : folder_(std::move(folder)), now_(std::move(now)) {}

pki_result<authority_facts> authority::init(const std::string& cluster,
                                            const host_names& hosts) const {
  return attempt([&] {
    if (!is_certificate_name(cluster))
      throw pki_failure(refused_name(cluster));
    const private_folder place(folder_, private_folder::if_missing::make);
    open_authority::make(place, cluster, now_());
    open_authority opened(place, now_());
    issue_here(opened, place, head_name, certificate_role::head, member_life, hosts);
    return opened.facts();
  });
}

pki_result<authority_facts> authority::facts() const {
  return with_authority(folder_, now_,
                        [](const open_authority& by, const auto&) { return by.facts(); });
}

pki_result<authority_facts> authority::renew() const {
  return with_authority(folder_, now_, [](open_authority& by, const private_folder& place) {
    by.renew();
    // One that is revoked, or lies elsewhere, does not keep the authority from being renewed.
    (void)attempt([&] { return renew_here(by, place, head_name, member_life, {}); });
    return by.facts();
  });
}

pki_result<issued_certificate> authority::issue(const std::string& name, certificate_role role,
                                                std::chrono::days life, std::filesystem::path out,
                                                const host_names& hosts) const {
  return with_authority(folder_, now_, [&](open_authority& by, const private_folder& place) {
    std::error_code unknown;
    const bool here = out.empty() || std::filesystem::equivalent(out, folder_, unknown);
    return here ? issue_here(by, place, name, role, life, hosts)
                : issue_to(by, out, name, role, life, hosts);
  });
}

pki_result<issued_certificate> authority::renew(const std::string& name, std::chrono::days life,
                                                const host_names& hosts) const {
  return with_authority(folder_, now_, [&](open_authority& by, const private_folder& place) {
    return renew_here(by, place, name, life, hosts);
  });
}

pki_result<issued_certificate> authority::admit(std::string_view request,
                                                std::chrono::days life) const {
  return with_authority(folder_, now_, [&](open_authority& by, const auto&) {
    const auto asked = read_request(request);
    by.demand_free(asked.name);
    return by.sign(asked.name, certificate_role::node, asked.key.get(), life);
  });
}

pki_result<issued_certificate> authority::renew_request(std::string_view request,
                                                        const certificate_facts& holder,
                                                        std::chrono::days life) const {
  return with_authority(folder_, now_, [&](open_authority& by, const auto&) {
    const auto asked = read_request(request);
    if (asked.name != holder.name || holder.role != certificate_role::node)
      throw pki_failure("The certificate of " + to_string(holder.role) + " " + holder.name +
                        " cannot be renewed as node " + asked.name + ".");
    by.demand_not_revoked(holder);
    return by.sign(asked.name, certificate_role::node, asked.key.get(), life);
  });
}

pki_result<std::vector<certificate_entry>>
authority::revoke(const std::string& name_or_serial) const {
  return with_authority(folder_, now_,
                        [&](open_authority& by, const auto&) { return by.revoke(name_or_serial); });
}

pki_result<std::string> authority::revocation() const {
  return with_authority(folder_, now_,
                        [](open_authority& by, const auto&) { return by.revocation(); });
}

pki_result<std::vector<certificate_entry>> authority::list() const {
  return with_authority(
      folder_, now_, [](const open_authority& by, const auto&) { return by.index().certificates; });
}

} // namespace lockstep
