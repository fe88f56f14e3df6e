// SPDX-License-Identifier: BSD-3-Clause

#include "control/cluster/head_certificates.hpp"

#include "platform/authority/authority.hpp"
#include "platform/authority/pki_files.hpp"
#include "platform/output/log_writer.hpp"

#include <algorithm>

namespace lockstep {

namespace {

bool names_all(const certificate_facts& facts, const host_names& hosts) {
  return std::ranges::all_of(hosts, [&](const auto& host) {
    return std::ranges::find(facts.hosts, host) != facts.hosts.end();
  });
}

bool has_authority(const std::filesystem::path& folder) {
  std::error_code unknown;
  return std::filesystem::exists(folder / pki_file::authority_key, unknown);
}

} // namespace

pki_result<bool> renew_head_certificate(const std::filesystem::path& folder,
                                        const host_names& hosts) {
  const auto facts = read_certificate(pem_text_of(member_files(folder, head_name).certificate));
  if (!facts || !has_authority(folder))
    return false;
  const authority own{folder};
  if (!is_due_for_renewal(*facts, own.now()) && names_all(*facts, names_of_this_machine()) &&
      names_all(*facts, hosts))
    return false;
  return own.renew(head_name, member_life, hosts).map([](const auto&) { return true; });
}

tls_files head_certificates::files() const {
  return member_files(folder_, head_name);
}

void head_certificates::reload(std::string_view who) {
  for (const auto& [name, use] : users_) {
    const auto used = use(files());
    if (!used) {
      write_error_line("control: " + name +
                       " keeps its old certificates, the new ones are no good: " + used.error());
      audit_.write("certificates.refused", who, "", {{"user", name}, {"why", used.error()}});
    } else {
      audit_.write("certificates.loaded", who, "", {{"user", name}});
    }
  }
}

void head_certificates::look() {
  if (!has_authority(folder_))
    return;
  const auto list = authority{folder_}.revocation();
  if (!list)
    write_error_line("control: the revocation list is not renewed: " + list.error().text);
  const auto renewed = renew_head_certificate(folder_, hosts_);
  if (!renewed)
    write_error_line("control: the head's certificate is not renewed: " + renewed.error().text);
  else if (*renewed)
    reload("the head itself");
}

} // namespace lockstep
