// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "tests/system/programs.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// A head that nodes join over TLS, each with an identity of its own, all on this machine and gone
/// with this object. Nodes are started by the test.
class running_cluster {
public:
  /// Makes an authority and starts the head; `options` are added to its own.
  explicit running_cluster(std::vector<std::string> options = {});
  ~running_cluster();
  running_cluster(const running_cluster&) = delete;
  running_cluster& operator=(const running_cluster&) = delete;

  [[nodiscard]] running_head& head() { return *head_; }

  /// Ends the head by a signal and waits for its end; nodes stay.
  void end_head(int signal);
  /// Starts it again at the same addresses.
  void start_head_again();

  /// "ID.SECRET.FINGERPRINT", by `control token create`.
  std::string join_token();

  /// Starts a node that joins, with the head's address, a token and `words`; waits until it is up.
  /// Gives its process.
  pid_t add_node(const std::string& name, std::vector<std::string> words = {"--solvers", "2"});

  /// Starts a node with just these words and the folder of its identity; does not wait.
  child_process& start_node(const std::string& name, const std::vector<std::string>& words);

  child_process& process_of(const std::string& name) { return nodes_.at(name); }

  /// What nodes.list says of the newest node of that name; null if there is none.
  json describe(const std::string& name);
  bool becomes_up(const std::string& name, bool up = true,
                  std::chrono::milliseconds limit = std::chrono::seconds{20});

  [[nodiscard]] std::string cluster_address() const { return cluster_address_; }
  [[nodiscard]] std::string folder_of(const std::string& name) const {
    return (folder_ / name).string();
  }
  /// From now on nodes are started from this file.
  void start_nodes_from(const std::string& file) { node_program_ = file; }
  /// Runs `control` with these words for the authority's folder.
  ended_program control(std::vector<std::string> words) const;

private:
  void start_head(const std::string& listen, const std::string& cluster);

  std::filesystem::path folder_;
  std::vector<std::string> options_;
  std::string cluster_address_;
  std::string node_program_ = "node";
  std::optional<running_head> head_;
  std::map<std::string, child_process> nodes_;
};

} // namespace lockstep
