// SPDX-License-Identifier: BSD-3-Clause

#include "platform/authority/open_authority.hpp"

#include "platform/authority/revocation_list.hpp"
#include "platform/certificates/pki_names.hpp"
#include "platform/openssl/openssl_values.hpp"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cctype>

namespace lockstep {

namespace {

/// Clocks of machines differ: what was signed just now must not lie in the other's future.
constexpr std::chrono::hours clock_difference{1};

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::string needed(const private_folder& place, const char* name, std::optional<std::string> text) {
  if (!text)
    throw pki_failure(place.path_of(name) + " is missing. Restore it from a copy: without it this "
                                            "authority cannot work.");
  return std::move(*text);
}

} // namespace

open_authority::open_authority(const private_folder& place, time_point now)
    : place_(place), now_(now) {
  if (!place.has(pki_file::authority) && !place.has(pki_file::authority_key))
    throw pki_failure("There is no authority in " + place.where().string() +
                      ". `control pki init` makes one.");
  read_signer();
  const auto index = index_from(needed(place, pki_file::index, place.read_secret(pki_file::index)));
  if (!index)
    throw pki_failure(place.path_of(pki_file::index) +
                      " is damaged. Restore it from a copy: it says what has been revoked.");
  index_ = *index;
}

void open_authority::read_signer() {
  certificates_ = needed(place_, pki_file::authority, place_.read(pki_file::authority));
  by_.certificate = certificate_from(certificates_);
  auto* certificate = by_.certificate.get();
  const auto until = time_of(certificate == nullptr ? nullptr : X509_get0_notAfter(certificate));
  if (!until || X509_check_ca(certificate) != 1 ||
      X509_verify(certificate, X509_get0_pubkey(certificate)) != 1)
    throw pki_failure(place_.path_of(pki_file::authority) + " is no authority's certificate.");
  not_after_ = *until;
  by_.key = key_from(
      needed(place_, pki_file::authority_key, place_.read_secret(pki_file::authority_key)));
  if (X509_check_private_key(certificate, by_.key.get()) != 1)
    throw pki_failure(place_.path_of(pki_file::authority_key) + " is not the key of " +
                      place_.path_of(pki_file::authority) + ".");
}

void open_authority::make(const private_folder& place, const std::string& cluster, time_point now) {
  for (const auto* file : {pki_file::authority, pki_file::authority_key})
    if (place.has(file))
      throw pki_failure("There is an authority in " + place.where().string() +
                        " already. A new one would shut out all machines that the old one let in: "
                        "take another folder with --pki, or remove this one first.");
  const auto key = make_key();
  const auto certificate = make_authority_certificate(
      cluster, {now - clock_difference, now + authority_life}, key.get());
  // The certificate last, so that what is begun and broken off is no authority.
  place.write_secret(pki_file::index, to_text({}));
  place.write_secret(pki_file::authority_key, pem_of(key.get()));
  place.write(pki_file::authority, pem_of(certificate.get()));
}

void open_authority::renew() {
  const auto& before = by_.certificate;
  const auto made = make_authority_certificate(
      cluster_of(before.get()), {now_ - clock_difference, now_ + authority_life}, by_.key.get());
  // The one before stays while it counts, for machines that know its fingerprint only.
  place_.write(pki_file::authority,
               pem_of(made.get()) + (now_ < not_after_ ? pem_of(before.get()) : std::string{}));
  read_signer();
}

issued_certificate open_authority::sign(const std::string& name, certificate_role role,
                                        evp_pkey_st* key, std::chrono::days life,
                                        const host_names& hosts) {
  if (!is_certificate_name(name))
    throw pki_failure(refused_name(name));
  if (life < std::chrono::days{1} || life > member_life_max)
    throw pki_failure("A certificate counts for 1 to " + std::to_string(member_life_max.count()) +
                      " days, not for " + std::to_string(life.count()) + ".");
  if (role != certificate_role::head && !hosts.empty())
    throw pki_failure(
        "Only a head's certificate names hosts: programs that go by those would take " + name +
        " for the head.");
  if (now_ >= not_after_)
    throw pki_failure("The authority in " + place_.where().string() +
                      " has expired. `control pki renew` makes a new certificate for its key.");
  index_.drop_old(now_);
  if (index_.valid_of(name, now_) >= certificate_index::of_name_max)
    throw pki_failure(name + " has " + std::to_string(certificate_index::of_name_max) +
                      " valid certificates already. `control pki revoke " + name +
                      "` revokes them all.");
  if (index_.certificates.size() >= certificate_index::certificates_max)
    throw pki_failure("The authority remembers " +
                      std::to_string(certificate_index::certificates_max) +
                      " certificates, and no more. They are forgotten a month after they expired.");
  const member_order order{
      role, name, {now_ - clock_difference, std::min(time_point{now_ + life}, not_after_)}, hosts};
  const auto serial = make_serial();
  const auto made = make_member_certificate(order, serial, key, by_);
  index_.certificates.push_back({serial, name, role, order.valid.until, {}});
  write_index();
  return {facts_of(made.get()).value(), pem_of(made.get()) + certificates_, {}, revocation()};
}

void open_authority::demand_free(const std::string& name) const {
  if (name == head_name)
    throw pki_failure("The name 'head' is the head's own. Take another.");
  if (index_.valid_of(name, now_) != 0)
    throw pki_failure("The name " + name +
                      " belongs to a machine that is here already. Take another, or free it with "
                      "`control pki revoke " +
                      name + "`.");
}

void open_authority::demand_role(const std::string& name, certificate_role role) const {
  if (name == head_name && role != certificate_role::head)
    throw pki_failure("The name 'head' is the head's own. Take another.");
  for (const auto& entry : index_.certificates)
    if (entry.name == name && entry.role != role && entry.is_valid(now_))
      throw pki_failure(name + " is a " + to_string(entry.role) + ", so it cannot be a " +
                        to_string(role) +
                        ". Take another name, or free it with `control pki revoke " + name + "`.");
}

void open_authority::demand_not_revoked(const certificate_facts& holder) const {
  const auto* entry = index_.find(holder.serial);
  if (entry == nullptr || entry->name != holder.name || entry->role != holder.role)
    throw pki_failure(
        "The certificate of " + holder.name +
        " is not among those that this authority remembers. `control pki issue` makes "
        "a new one.");
  if (entry->revoked_at)
    throw pki_failure("The certificate of " + holder.name +
                      " has been revoked, so it is not renewed.");
}

std::vector<certificate_entry> open_authority::revoke(const std::string& name_or_serial) {
  std::vector<certificate_entry> revoked;
  const auto serial = upper(name_or_serial);
  for (auto& entry : index_.certificates) {
    if (!entry.is_valid(now_) || (entry.name != name_or_serial && entry.serial != serial))
      continue;
    entry.revoked_at = now_;
    revoked.push_back(entry);
  }
  if (revoked.empty())
    throw pki_failure("There is no valid certificate of '" + name_or_serial +
                      "'. `control pki list` shows them.");
  ++index_.revocations; // if this stops before the list is written, the numbers will tell
  write_index();
  write_revocation();
  return revoked;
}

std::string open_authority::revocation() {
  if (auto there = place_.read(pki_file::revocation)) {
    const auto list = revocation_from(*there);
    const auto facts = read_revocation_list(*there);
    const bool ours =
        list && X509_CRL_verify(list.get(), X509_get0_pubkey(by_.certificate.get())) == 1;
    forget_openssl_errors();
    if (ours && facts && facts->number == index_.revocations &&
        now_ - facts->made < revocation_life / 3)
      return std::move(*there);
  }
  ++index_.revocations;
  write_index();
  return write_revocation();
}

std::string open_authority::write_revocation() {
  std::vector<revoked_serial> revoked;
  for (const auto& entry : index_.certificates)
    if (entry.revoked_at)
      revoked.push_back({entry.serial, *entry.revoked_at});
  const auto list = make_revocation_list(
      index_.revocations, {now_ - clock_difference, now_ + revocation_life}, revoked, by_);
  auto text = pem_of(list.get());
  place_.write(pki_file::revocation, text);
  return text;
}

void open_authority::write_index() const {
  place_.write_secret(pki_file::index, to_text(index_));
}

authority_facts open_authority::facts() const {
  auto* certificate = by_.certificate.get();
  return {cluster_of(certificate), fingerprint_of(certificate), not_after_, certificates_};
}

} // namespace lockstep
