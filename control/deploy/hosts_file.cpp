// SPDX-License-Identifier: BSD-3-Clause

#include "control/deploy/hosts_file.hpp"

#include "control/client/usage_error.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <sstream>

namespace lockstep {

namespace {

bool holds_only(std::string_view text, std::string_view others) {
  return !text.empty() && std::ranges::all_of(text, [others](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

/// Why a word is no [user@]host; empty if it is one.
std::string fault_of_target(const std::string& target) {
  const auto at = target.rfind('@');
  const auto host = at == std::string::npos ? target : target.substr(at + 1);
  // ssh would take a leading dash for an option of its own.
  if (target.starts_with('-') || host.starts_with('-'))
    return "a host's name does not begin with '-'";
  if (at != std::string::npos && !holds_only(target.substr(0, at), "._-"))
    return "a user's name has letters, digits and . _ - only";
  if (!holds_only(host, "._-:%"))
    return "a host's name has letters, digits and . _ - : % only";
  return {};
}

/// What `control up` says to the node itself, and what starts no node.
constexpr std::array<std::string_view, 9> reserved = {"--join",       "--listen",   "--token",
                                                      "--token-file", "--identity", "--help",
                                                      "-h",           "--version",  "--show-cores"};

std::string fault_of_option(const std::string& word, bool first) {
  if (first && !word.starts_with("--"))
    return "options for node begin with '--'";
  if (!holds_only(word, "_./:=,@%+-"))
    return "options have letters, digits and _ . / : = , @ % + - only";
  const auto name = word.substr(0, word.find('='));
  if (std::ranges::find(reserved, name) != reserved.end())
    return "`control up` sets this itself, or it starts no node";
  return {};
}

host_line parse_line(const std::string& text, std::size_t number, const std::string& name) {
  const auto refuse = [&](const std::string& word, const std::string& why) {
    throw usage_error(name + ':' + std::to_string(number) + ": '" +
                      word.substr(0, hosts_limits::word_bytes) + "': " + why +
                      ". A line is `[user@]host [options for node]`");
  };
  host_line host;
  host.line = number;
  std::istringstream words{text};
  for (std::string word; words >> word;) {
    if (word.size() > hosts_limits::word_bytes)
      refuse(word, "longer than " + std::to_string(hosts_limits::word_bytes) + " characters");
    const bool is_target = host.target.empty();
    const auto why =
        is_target ? fault_of_target(word) : fault_of_option(word, host.node_options.empty());
    if (!why.empty())
      refuse(word, why);
    if (is_target)
      host.target = word;
    else
      host.node_options.push_back(word);
    if (host.node_options.size() > hosts_limits::words_of_host)
      refuse(word, "more than " + std::to_string(hosts_limits::words_of_host) + " words");
  }
  return host;
}

} // namespace

std::vector<host_line> parse_hosts(std::string_view text, const std::string& name) {
  std::vector<host_line> hosts;
  std::set<std::string> seen;
  std::istringstream lines{std::string{text}};
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    auto host = parse_line(line.substr(0, line.find('#')), ++number, name);
    if (host.target.empty())
      continue;
    // One node of a user on a machine: a second would take the first one's record.
    if (!seen.insert(host.target).second)
      throw usage_error(name + ':' + std::to_string(number) + ": '" + host.target +
                        "' stands there twice");
    if (hosts.size() == hosts_limits::hosts)
      throw usage_error(name + " has more than " + std::to_string(hosts_limits::hosts) + " hosts");
    hosts.push_back(std::move(host));
  }
  if (hosts.empty())
    throw usage_error(name + " names no host: a line is `[user@]host [options for node]`");
  return hosts;
}

std::vector<host_line> read_hosts_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::string text(hosts_limits::file_bytes + 1, '\0');
  if (!file || !file.read(text.data(), static_cast<std::streamsize>(text.size())).eof())
    throw usage_error(file ? path + " is larger than a hosts file may be (1 MiB)"
                           : "cannot read the hosts file " + path);
  text.resize(static_cast<std::size_t>(file.gcount()));
  return parse_hosts(text, path);
}

} // namespace lockstep
