// SPDX-License-Identifier: BSD-3-Clause

#include "control/deploy/up_options.hpp"

#include "control/client/connection.hpp"
#include "control/client/exit_code.hpp"

#include "platform/options/option_value.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdint>

namespace lockstep {

void add_ssh_options(CLI::App& command, up_options& up) {
  constexpr std::size_t parallel_max = 128;
  command.add_option("--hosts", up.hosts_file, "a line for each machine: [user@]host [options]")
      ->required()
      ->type_name("FILE");
  command.add_option("--ssh", up.ssh, "ssh and its first arguments, as in 'ssh -F my_config'")
      ->capture_default_str();
  command.add_option("--parallel", up.parallel, "machines at once")
      ->check(CLI::Range(std::size_t{1}, parallel_max))
      ->capture_default_str();
  command.add_option("--wait", up.wait_seconds, "seconds that a machine may be silent")
      ->check([](const std::string& text) { return why_not_number(text, 1.0, 1e4); })
      ->capture_default_str();
}

void add_join_options(CLI::App& command, up_options& up) {
  command.add_option("--head", up.head,
                     "HOST:PORT at which machines reach the head (default: what the head says)");
  command.add_option("--pki", up.pki_folder, "where join tokens are made (default: the usual one)")
      ->type_name("DIR");
}

std::vector<std::string> targets_of(const std::vector<host_line>& hosts) {
  std::vector<std::string> targets;
  targets.reserve(hosts.size());
  for (const auto& host : hosts)
    targets.push_back(host.target);
  return targets;
}

session_settings session_settings_of(const up_options& up) {
  session_settings settings;
  settings.ssh = ssh_arguments(up.ssh);
  settings.parallel = up.parallel;
  settings.silence_limit =
      std::chrono::milliseconds{static_cast<std::int64_t>(up.wait_seconds * 1e3)};
  return settings;
}

int exit_code_of_sessions(bool all_well) {
  if (all_well)
    return exit_code::done;
  return was_interrupted() ? exit_code::interrupted : exit_code::failed;
}

} // namespace lockstep
