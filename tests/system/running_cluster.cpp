// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/running_cluster.hpp"

#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace lockstep {

namespace fs = std::filesystem;

running_cluster::running_cluster(std::vector<std::string> options) : options_(std::move(options)) {
  std::string pattern = (fs::temp_directory_path() / "lockstep-cluster-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  if (const auto made = control({"pki", "init"}); made.exit_code != 0)
    throw std::runtime_error("no authority: " + made.output);
  start_head("127.0.0.1:0", "127.0.0.1:0");
}

running_cluster::~running_cluster() {
  for (const auto& [name, node] : nodes_) {
    ::kill(node.pid, SIGKILL);
    ::waitpid(node.pid, nullptr, 0);
  }
  head_.reset();
  fs::remove_all(folder_);
}

void running_cluster::start_head(const std::string& listen, const std::string& cluster) {
  auto words = options_;
  words.insert(words.begin(),
               {"--pki", folder_of("pki"), "--cluster", cluster, "--listen", listen});
  head_.emplace(std::move(words), 0);
  cluster_address_ = head_->told().at("cluster");
}

void running_cluster::end_head(int signal) {
  ::kill(head_->pid(), signal);
  if (!head_->wait(std::chrono::seconds{10}))
    throw std::runtime_error("the head did not end");
}

void running_cluster::start_head_again() {
  const auto listen = to_string(head_->where());
  head_.reset();
  start_head(listen, cluster_address_);
}

ended_program running_cluster::control(std::vector<std::string> words) const {
  words.insert(words.end(), {"--pki", folder_of("pki")});
  return run_control(words);
}

std::string running_cluster::join_token() {
  const auto made = control({"token", "create", "--join", cluster_address_});
  const auto at = made.output.find("--token ");
  if (made.exit_code != 0 || at == std::string::npos)
    throw std::runtime_error("no token: " + made.output);
  const auto begin = at + std::string{"--token "}.size();
  return made.output.substr(begin, made.output.find_first_of(" \n", begin) - begin);
}

child_process& running_cluster::start_node(const std::string& name,
                                           const std::vector<std::string>& words) {
  std::vector<std::string> all{"--name", name, "--identity", folder_of(name)};
  all.insert(all.end(), words.begin(), words.end());
  return nodes_[name] = start_program(node_program_, all, false);
}

pid_t running_cluster::add_node(const std::string& name, std::vector<std::string> words) {
  words.insert(words.end(), {"--join", cluster_address_, "--token", join_token()});
  const auto pid = start_node(name, words).pid;
  if (!becomes_up(name))
    throw std::runtime_error("node " + name + " did not join");
  return pid;
}

json running_cluster::describe(const std::string& name) {
  json newest;
  for (const auto& node : head_->connect().call("nodes.list"))
    if (node.at("name") == name)
      newest = node;
  return newest;
}

bool running_cluster::becomes_up(const std::string& name, bool up,
                                 std::chrono::milliseconds limit) {
  return becomes_true(
      [&] {
        const auto node = describe(name);
        return (!node.is_null() && node.at("up") == true) == up;
      },
      limit);
}

} // namespace lockstep
