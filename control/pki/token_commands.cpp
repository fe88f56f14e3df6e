// SPDX-License-Identifier: BSD-3-Clause

#include "control/pki/token_commands.hpp"

#include "control/client/exit_code.hpp"
#include "control/client/time_text.hpp"
#include "control/client/usage_error.hpp"
#include "control/pki/pki_commands.hpp"
#include "control/pki/secret_file.hpp"
#include "control/terminal/output.hpp"
#include "platform/network/address.hpp"
#include "platform/options/typed_name.hpp"

#include "platform/tokens/token_store.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace lockstep {

namespace {

struct token_options {
  explicit token_options(const client_options& shared) : client(shared) {}

  const client_options& client;
  std::string folder = default_pki_folder();
  std::string join;
  std::string role;
  std::string expires;
  std::string id;
  std::string out;
};
using shared_token_options = std::shared_ptr<token_options>;

std::chrono::seconds life_of(const token_options& options) {
  if (options.expires.empty())
    return options.join.empty() ? control_token_life : join_token_life;
  const auto life = parse_duration(options.expires);
  if (!life)
    throw usage_error("--expires '" + options.expires +
                      "': say how long the token counts, as in 30m, 1h or 7d; at most 3650d.");
  return *life;
}

/// The file of --out, before there is a token for it; none without the option.
std::unique_ptr<secret_file> file_for(const token_options& options) {
  return options.out.empty() ? nullptr : std::make_unique<secret_file>(options.out);
}

/// Where the machine that joins is to dial.
std::string place_of(const token_options& options) {
  const auto found = parse_address(options.join);
  if (!found)
    throw usage_error("--join '" + options.join + "': " + found.error());
  if (found->port == 0)
    throw usage_error("--join '" + options.join +
                      "': a machine cannot dial port 0. Give the port of "
                      "`control serve --cluster`.");
  return to_string(*found);
}

/// Puts a token where it is wanted: into its file, or into what is shown.
void hand_over(const token_options& options, secret_file* file, const std::string& token,
               json& made) {
  if (file == nullptr) {
    made["token"] = token;
    return;
  }
  file->write(token);
  made["file"] = options.out;
}

int create_for_joining(const token_options& options) {
  const auto place = place_of(options);
  const auto life = life_of(options);
  const auto by = take(authority(options.folder).facts());
  const auto file = file_for(options);
  const join_token_text token{take(token_store(options.folder).create(token_kind::join, life)),
                              by.fingerprint};
  const auto expires = utc_text(std::chrono::system_clock::now() + life);
  const auto line = typed_name_anywhere("node") + " --join " + place +
                    (file ? " --token-file " + options.out : " --token " + to_string(token));
  json made{{"id", token.token.id}, {"kind", "join"}, {"line", line}, {"expires_at", expires}};
  hand_over(options, file.get(), to_string(token), made);
  show(options.client, made, line);
  if (options.client.json)
    return exit_code::done;
  std::fprintf(
      stderr,
      "control: lets one machine join, until %s. Where others could see it in `ps`, put the "
      "token into a file and say --token-file FILE, or --token-file - to read it from "
      "stdin.\n",
      expires.c_str());
  return exit_code::done;
}

int create_for_clients(const token_options& options) {
  const auto life = life_of(options);
  const auto kind = token_kind_from(options.role).value();
  const auto file = file_for(options);
  const auto token = take(token_store(options.folder).create(kind, life));
  const auto expires = utc_text(std::chrono::system_clock::now() + life);
  json made{{"id", token.id}, {"kind", options.role}, {"expires_at", expires}};
  hand_over(options, file.get(), to_string(token), made);
  show(options.client, made, file ? options.out : to_string(token));
  if (options.client.json)
    return exit_code::done;
  std::fprintf(stderr,
               "control: opens the control port as %s, until %s. It is not shown again. A client "
               "takes it from LOCKSTEP_TOKEN or from a file.\n",
               options.role.c_str(), expires.c_str());
  return exit_code::done;
}

int create(const token_options& options) {
  if (options.join.empty() && options.role.empty())
    throw usage_error(
        "Say what the token is for: --join HOST:PORT lets a machine join, --role read, "
        "operate or admin opens the control port.");
  return options.join.empty() ? create_for_clients(options) : create_for_joining(options);
}

json described(const token_entry& entry) {
  return {{"id", entry.id},
          {"kind", to_string(entry.kind)},
          {"created_at", utc_text(entry.created)},
          {"expires_at", utc_text(entry.expires)},
          {"used_at", entry.used_at ? json(utc_text(*entry.used_at)) : json(nullptr)}};
}

int list(const token_options& options) {
  json rows = json::array();
  for (const auto& entry : take(token_store(options.folder).list()))
    rows.push_back(described(entry));
  return show_list(options.client, "tokens", rows,
                   {{"id", "id"},
                    {"kind", "kind"},
                    {"created at", "created_at"},
                    {"expires at", "expires_at"},
                    {"used at", "used_at"}});
}

int revoke(const token_options& options) {
  // Someone may have pasted the whole token: its id is enough, and the rest is not repeated.
  const auto entry =
      take(token_store(options.folder).revoke(options.id.substr(0, options.id.find('.'))));
  return show(options.client, described(entry), entry.id + " is revoked");
}

} // namespace

void add_token_commands(CLI::App& app, const client_options& client, const command_adder& add) {
  const auto options = std::make_shared<token_options>(client);
  auto* token = add(app, "token", "who may join, and who may use the control port",
                    "control token create --role read", nullptr);
  token->require_subcommand(1);
  add_pki_option(*token, options->folder);
  auto* creating =
      add(*token, "create", "make a token and print it, or the line that a machine joins with",
          "control token create --join 192.0.2.1:8051", [options] { return create(*options); });
  auto* join = creating->add_option("--join", options->join,
                                    "for one machine to join the head at HOST:PORT");
  creating->add_option("--role", options->role, "for clients of the control port")
      ->check(CLI::IsMember({"read", "operate", "admin"}))
      ->excludes(join);
  creating->add_option("--expires", options->expires,
                       "after how long: 30m, 1h, 7d (default 1h to join, 30d for clients)");
  creating
      ->add_option("--out", options->out,
                   "write it into this new file, which nobody else can read, instead of showing "
                   "it")
      ->type_name("FILE");
  add(*token, "list", "the tokens that have not expired", "control token list",
      [options] { return list(*options); });
  add(*token, "revoke", "a token counts no longer", "control token revoke 1f0c9a2b",
      [options] { return revoke(*options); })
      ->add_option("id", options->id, "the first eight digits of the token")
      ->required();
  for (auto* command : token->get_subcommands({}))
    add_pki_option(*command, options->folder);
}

} // namespace lockstep
