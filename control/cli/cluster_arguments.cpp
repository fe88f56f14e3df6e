// SPDX-License-Identifier: BSD-3-Clause

#include "control/cli/cluster_arguments.hpp"

#include "control/client/usage_error.hpp"

#include "platform/authority/pki_files.hpp"
#include "platform/options/option_value.hpp"

#include <CLI/CLI.hpp>

#include <fstream>

namespace lockstep {

namespace {

/// Lines and bytes of a file of nodes.
constexpr std::size_t nodes_max = 4'096;
constexpr std::size_t line_bytes_max = 1'024;

address read_address(const std::string& where, const std::string& text) {
  auto found = parse_address(text);
  if (!found)
    throw usage_error(where + " '" + text.substr(0, line_bytes_max) + "': " + found.error());
  return *found;
}

/// One HOST:PORT a line; what follows a '#' is a comment.
std::vector<address> read_nodes(const std::string& file) {
  std::ifstream in{file};
  if (!in)
    throw usage_error("--nodes: cannot read " + file);
  std::vector<address> nodes;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    const auto where = file + " line " + std::to_string(number);
    if (line.size() > line_bytes_max)
      throw usage_error(where + " is longer than " + std::to_string(line_bytes_max) + " bytes");
    line.erase(std::min(line.find('#'), line.size()));
    const auto begin = line.find_first_not_of(" \t\r");
    if (begin == std::string::npos)
      continue;
    nodes.push_back(
        read_address(where, line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin)));
    if (nodes.size() > nodes_max)
      throw usage_error(file + " has more than " + std::to_string(nodes_max) + " nodes");
  }
  if (nodes.empty())
    throw usage_error(file + " names no node: write one HOST:PORT a line");
  return nodes;
}

} // namespace

void cluster_arguments::add_to(CLI::App& serve) {
  serve
      .add_option("--cluster", listen_,
                  "HOST:PORT where nodes of other machines join (see `control pki init`)")
      ->type_name("HOST:PORT");
  serve.add_option("--nodes", nodes_file_, "file of nodes that listen, one HOST:PORT a line")
      ->check(CLI::ExistingFile);
  silence_s_ = std::chrono::duration<double>(limits::silence).count();
  serve
      .add_option("--silence-limit", silence_s_,
                  "seconds after which a node from which nothing comes is lost")
      ->capture_default_str()
      ->check([](const std::string& text) { return why_not_number(text, 0.1, 1e6); });
  serve.add_flag("--own-node", own_node_, "start a node here too, beside those of the cluster");
  serve.add_flag("--tls-1.2", with_tls_1_2_, "also accept TLS 1.2 (default 1.3 only)");
}

void cluster_arguments::fill_in(serve_options& head) const {
  if (!listen_.empty())
    head.cluster.listen = read_address("--cluster", listen_);
  if (!nodes_file_.empty())
    head.cluster.nodes = read_nodes(nodes_file_);
  if (with_tls_1_2_)
    head.cluster.oldest = tls_oldest::version_1_2;
  head.silence_limit = std::chrono::milliseconds{static_cast<std::int64_t>(silence_s_ * 1e3)};
  if (head.cluster.pki.empty())
    head.cluster.pki = default_pki_folder().string();
  if (head.cluster.is_wanted() && !own_node_)
    head.with_node = false;
}

} // namespace lockstep
