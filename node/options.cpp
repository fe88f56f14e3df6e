// SPDX-License-Identifier: BSD-3-Clause

#include "node/options.hpp"

#include "actors/wire/limits.hpp"
#include "platform/authority/pki_files.hpp"
#include "platform/options/option_value.hpp"
#include "platform/options/typed_name.hpp"
#include "platform/output/standard_output.hpp"
#include "platform/output/writable_folder.hpp"

#include <CLI/CLI.hpp>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace lockstep {

namespace {

constexpr std::size_t token_bytes_max = 4'096;

/// What --join and its like say, as typed.
struct cluster_arguments {
  std::vector<std::string> join;
  std::string listen, token, token_file;
  double give_up_after = 0;
  double silence = 0;
  bool with_tls_1_2 = false;
};

address read_address(const std::string& option, const std::string& text) {
  auto found = parse_address(text);
  if (!found)
    throw CLI::ValidationError(option + " '" + text + "'", found.error());
  return *found;
}

/// A token on a command line can be read by everyone who can run `ps`, as long as it stands there.
void wipe(int argc, char** argv, const std::string& token) {
  for (int i = 1; i < argc && !token.empty(); ++i)
    if (auto* found = std::strstr(argv[i], token.c_str()))
      std::memset(found, 'x', token.size());
}

std::string read_token(const std::string& file) {
  std::ifstream opened;
  if (file != "-")
    opened.open(file);
  std::istream& from = file == "-" ? std::cin : opened;
  std::string text(token_bytes_max, '\0');
  from.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(from.gcount()));
  if (text.empty())
    throw CLI::ValidationError("--token-file", "cannot read a token from '" + file + "'");
  return text;
}

void add_cluster_options(CLI::App& app, node_options& options, cluster_arguments& words) {
  auto* join = app.add_option("--join", words.join,
                              "HOST:PORT of the head to dial, and to dial again; may be given "
                              "several times for a head that moves")
                   ->type_name("HOST:PORT");
  app.add_option("--listen", words.listen, "HOST:PORT where a head dials this node")
      ->type_name("HOST:PORT")
      ->excludes(join);
  options.head.membership.name = default_node_name();
  app.add_option("--name", options.head.membership.name, "this node's name in the cluster")
      ->capture_default_str()
      ->check([](const std::string& text) {
        return is_certificate_name(text) ? std::string{} : refused_name(text);
      });
  options.head.membership.identity = default_identity_folder();
  app.add_option("--identity", options.head.membership.identity,
                 "folder of this node's certificate and key")
      ->capture_default_str();
  auto* token = app.add_option("--token", words.token, "a join token, for the first time");
  app.add_option("--token-file", words.token_file,
                 "the same from a file, or - for standard input, where `ps` does not show it")
      ->excludes(token);
  app.add_option("--give-up-after", words.give_up_after,
                 "seconds without a head after which it ends with exit code 3 (default never)")
      ->check([](const std::string& text) { return why_not_number(text, 0.001, 1e9); });
  words.silence = std::chrono::duration<double>(options.silence_limit).count();
  app.add_option("--silence-limit", words.silence,
                 "seconds after which a link on which nothing comes is dead")
      ->capture_default_str()
      ->check([](const std::string& text) { return why_not_number(text, 0.1, 1e6); });
  app.add_flag("--tls-1.2", words.with_tls_1_2, "also accept TLS 1.2 (default 1.3 only)");
}

/// Throws CLI::ParseError.
void take_cluster_words(node_options& options, const cluster_arguments& words) {
  auto& head = options.head;
  for (const auto& one : words.join)
    head.join.push_back(read_address("--join", one));
  if (!words.listen.empty())
    head.listen = read_address("--listen", words.listen);
  const auto to_ms = [](double seconds) {
    return std::chrono::milliseconds{static_cast<std::int64_t>(seconds * 1e3)};
  };
  if (words.give_up_after > 0)
    head.give_up_after = to_ms(words.give_up_after);
  options.silence_limit = to_ms(words.silence);
  head.membership.oldest = words.with_tls_1_2 ? tls_oldest::version_1_2 : tls_oldest::version_1_3;
  if (!options.is_of_cluster())
    return;
  if (head.membership.identity.empty())
    throw CLI::ValidationError("--identity",
                               "there is no home folder: say where this node's certificate lies");
  const bool is_member =
      std::filesystem::exists(head.membership.identity / certificate_file_of(head.membership.name));
  head.membership.token = words.token;
  if (!words.token_file.empty() && !is_member)
    head.membership.token = read_token(words.token_file);
}

} // namespace

std::variant<node_options, worker_arguments, int> read_command_line(int argc, char** argv) {
  CLI::App app{
      "A machine's part of Lockstep: one worker process per core.\n"
      "On one machine its head starts it (`control serve`, `control run`) and passes these options "
      "on. In a cluster it is started on each machine and dials its head.\n\n"
      "Examples: node --show-cores --per thread\n"
      "          node --join head.example.org:8051 --token-file token.txt"};
  app.set_version_flag("--version", LOCKSTEP_VERSION);
  node_options options;
  std::string workers = "auto";
  std::string bind = "core";
  std::string per = "core";
  app.add_option("--workers,--solvers", workers,
                 "worker processes, one for each solver: a number, or auto for one per place")
      ->capture_default_str()
      ->check([](const std::string& text) {
        return why_not_worker_count(text, limits::solvers_of_node);
      });
  app.add_option("--per", per, "a place is a physical core, or each of its hardware threads")
      ->capture_default_str()
      ->check(CLI::IsMember({"core", "thread"}));
  app.add_option("--bind", bind, "keep each worker on its core, or let it wander")
      ->capture_default_str()
      ->check(CLI::IsMember({"core", "none"}));
  app.add_option("--log-dir", options.log_folder,
                 "also write each solver's output to rotated files here")
      ->check(CLI::ExistingDirectory)
      ->check(why_not_writable);
  app.add_flag("--show-cores", options.show_cores, "print the places that would be used, and end");
  cluster_arguments words;
  add_cluster_options(app, options, words);
  std::string shown_slot;
  auto* worker_command = app.add_subcommand("worker", "")->group("");
  worker_command->add_option("--slot", shown_slot)->required();
  try {
    app.parse(argc, argv);
    wipe(argc, argv, words.token);
    take_cluster_words(options, words);
  } catch (const CLI::ParseError& stop) {
    std::ostringstream asked;
    const bool is_asked = app.exit(stop, asked) == 0;
    write_output(with_typed_names(asked.str()));
    return is_asked ? 0 : 2;
  }
  if (*worker_command)
    return worker_arguments{};
  if (workers != "auto")
    options.solvers = std::stoul(workers);
  options.per = per == "core" ? place_per::core : place_per::thread;
  options.bind = bind == "core";
  return options;
}

} // namespace lockstep
