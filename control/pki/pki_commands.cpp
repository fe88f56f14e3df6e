// SPDX-License-Identifier: BSD-3-Clause

#include "control/pki/pki_commands.hpp"

#include "control/client/time_text.hpp"
#include "control/client/usage_error.hpp"
#include "control/terminal/output.hpp"

#include "platform/authority/authority.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace lockstep {

namespace {

struct pki_options {
  explicit pki_options(const client_options& shared) : client(shared) {}

  const client_options& client;
  std::string folder = default_pki_folder();
  std::string cluster = "lockstep";
  std::string name;
  std::string role = "node";
  int days = static_cast<int>(member_life.count());
  std::string out;
  host_names addresses;
};
using shared_pki_options = std::shared_ptr<pki_options>;

void demand_name(const std::string& name) {
  if (!is_certificate_name(name))
    throw usage_error(refused_name(name));
}

int show_authority(const pki_options& options, const authority_facts& made) {
  return show(options.client,
              {{"cluster", made.cluster},
               {"folder", options.folder},
               {"fingerprint", made.fingerprint},
               {"not_after", utc_text(made.not_after)}},
              "cluster      " + made.cluster + "\nfolder       " + options.folder +
                  "\nfingerprint  " + made.fingerprint + "\nvalid until  " +
                  utc_text(made.not_after));
}

int init(const pki_options& options) {
  demand_name(options.cluster);
  return show_authority(options,
                        take(authority(options.folder).init(options.cluster, options.addresses)));
}

int renew_authority(const pki_options& options) {
  const auto shown = show_authority(options, take(authority(options.folder).renew()));
  std::fprintf(stderr,
               "control: a head that runs takes it up on SIGHUP; machines that dial, when "
               "they renew their own certificates. Copy ca.pem to all others before the old "
               "one ends.\n");
  return shown;
}

std::string text_of_addresses(const host_names& hosts) {
  std::string text;
  for (const auto& host : hosts)
    text += (text.empty() ? "\naddresses    " : " ") + host;
  return text;
}

int show_issued(const pki_options& options, const issued_certificate& issued) {
  const auto files =
      member_files(options.out.empty() ? options.folder : options.out, issued.facts.name);
  return show(options.client,
              {{"name", issued.facts.name},
               {"role", to_string(issued.facts.role)},
               {"serial", issued.facts.serial},
               {"not_after", utc_text(issued.facts.not_after)},
               {"addresses", issued.facts.hosts},
               {"certificate", files.certificate},
               {"key", files.key}},
              "certificate  " + files.certificate + "\nkey          " + files.key +
                  "\nserial       " + issued.facts.serial + "\nvalid until  " +
                  utc_text(issued.facts.not_after) + text_of_addresses(issued.facts.hosts));
}

int issue(const pki_options& options) {
  demand_name(options.name);
  const auto role = options.role == "head" ? certificate_role::head : certificate_role::node;
  return show_issued(options, take(authority(options.folder)
                                       .issue(options.name, role, std::chrono::days{options.days},
                                              options.out, options.addresses)));
}

int renew(const pki_options& options) {
  if (options.name.empty())
    return renew_authority(options);
  demand_name(options.name);
  return show_issued(
      options, take(authority(options.folder)
                        .renew(options.name, std::chrono::days{options.days}, options.addresses)));
}

json described(const certificate_entry& entry) {
  const bool over = entry.not_after <= std::chrono::system_clock::now();
  return {{"name", entry.name},
          {"role", to_string(entry.role)},
          {"serial", entry.serial},
          {"not_after", utc_text(entry.not_after)},
          {"revoked_at", entry.revoked_at ? json(utc_text(*entry.revoked_at)) : json(nullptr)},
          {"state", entry.revoked_at ? "revoked"
                    : over           ? "expired"
                                     : "valid"}};
}

int show_entries(const pki_options& options, const char* name,
                 const std::vector<certificate_entry>& entries) {
  json rows = json::array();
  for (const auto& entry : entries)
    rows.push_back(described(entry));
  return show_list(options.client, name, rows,
                   {{"name", "name"},
                    {"role", "role"},
                    {"state", "state"},
                    {"valid until", "not_after"},
                    {"revoked at", "revoked_at"},
                    {"serial", "serial"}});
}

int revoke(const pki_options& options) {
  return show_entries(options, "revoked", take(authority(options.folder).revoke(options.name)));
}

int list(const pki_options& options) {
  return show_entries(options, "certificates", take(authority(options.folder).list()));
}

CLI::Option* add_days(CLI::App& to, pki_options& options) {
  return to.add_option("--days", options.days, "how long it counts")
      ->check(CLI::Range(1, static_cast<int>(member_life_max.count())))
      ->capture_default_str();
}

CLI::Option* add_addresses(CLI::App& to, pki_options& options) {
  return to
      .add_option("--address", options.addresses,
                  "names and IP addresses at which the head is reached, beside localhost and this "
                  "machine's name")
      ->check([](const std::string& text) {
        return host_name_from(text) ? std::string{}
                                    : "'" + text +
                                          "' is no name of a host: take a DNS name or an IP "
                                          "address, IPv6 without brackets";
      });
}

void add_issue(CLI::App& pki, const shared_pki_options& options, const command_adder& add) {
  auto* command = add(pki, "issue", "make a key and a certificate for a machine",
                      "control pki issue n1 --out n1", [options] { return issue(*options); });
  command->add_option("name", options->name, "of the machine")->required();
  command->add_option("--role", options->role, "what it may be")
      ->check(CLI::IsMember({"node", "head"}))
      ->capture_default_str();
  add_days(*command, *options);
  add_addresses(*command, *options);
  command
      ->add_option("--out", options->out,
                   "write them here, with all that the machine needs (default: the authority's "
                   "folder)")
      ->type_name("DIR");
}

} // namespace

void add_pki_option(CLI::App& to, std::string& folder) {
  to.add_option("--pki", folder,
                "the authority's folder (default LOCKSTEP_PKI, then ~/.config/lockstep/pki)")
      ->type_name("DIR");
}

void add_pki_commands(CLI::App& app, const client_options& client, const command_adder& add) {
  const auto options = std::make_shared<pki_options>(client);
  auto* pki =
      add(app, "pki", "the cluster's authority and its certificates", "control pki init", nullptr);
  pki->require_subcommand(1);
  add_pki_option(*pki, options->folder);
  auto* making = add(*pki, "init", "make an authority, and a certificate for the head",
                     "control pki init --name weather", [options] { return init(*options); });
  making->add_option("--name", options->cluster, "of the cluster")->capture_default_str();
  add_addresses(*making, *options);
  add_issue(*pki, options, add);
  auto* renewing = add(*pki, "renew", "a new certificate for a key in the authority's folder",
                       "control pki renew head", [options] { return renew(*options); });
  auto* whose =
      renewing->add_option("name", options->name, "of the machine (default: the authority itself)");
  add_days(*renewing, *options)->needs(whose);
  add_addresses(*renewing, *options)->needs(whose);
  add(*pki, "revoke", "shut a machine out: its certificates count no longer",
      "control pki revoke n1", [options] { return revoke(*options); })
      ->add_option("name", options->name, "of the machine, or a serial number")
      ->required();
  add(*pki, "list", "the certificates that were issued", "control pki list",
      [options] { return list(*options); });
  for (auto* command : pki->get_subcommands({}))
    add_pki_option(*command, options->folder);
}

} // namespace lockstep
