// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/process/child_process.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace lockstep {

/// A machine that can be reached over ssh: a real sshd on loopback, with a home of its own. Two of
/// them act as two machines. Gone with this object, and with it every node that was started there.
class ssh_machine {
public:
  /// `folder` is the machine's, and need not exist; `user_key` may log in.
  ssh_machine(std::filesystem::path folder, const std::filesystem::path& user_key);
  ~ssh_machine();
  ssh_machine(const ssh_machine&) = delete;
  ssh_machine& operator=(const ssh_machine&) = delete;

  [[nodiscard]] std::filesystem::path home() const { return folder_ / "home"; }
  [[nodiscard]] std::filesystem::path state() const { return home() / ".local/state/lockstep"; }
  [[nodiscard]] int port() const { return port_; }

  /// Its host key, as a line of known_hosts.
  [[nodiscard]] std::string known_host() const;

  /// The node that `control up` left there; 0 if there is none.
  [[nodiscard]] pid_t node() const;

  /// The files below the folder of programs that were sent there.
  [[nodiscard]] std::vector<std::filesystem::path> programs() const;

  /// A line of shell that every login there begins with.
  void set_login(const std::string& line);

private:
  bool start();

  std::filesystem::path folder_;
  int port_ = 0;
  child_process sshd_;
};

/// Machines "one", "two", … and a user's ssh that knows them.
class ssh_machines {
public:
  explicit ssh_machines(std::size_t count);
  ~ssh_machines();
  ssh_machines(const ssh_machines&) = delete;
  ssh_machines& operator=(const ssh_machines&) = delete;

  /// Why they cannot be here; empty if they can.
  static std::string missing();

  [[nodiscard]] ssh_machine& operator[](std::size_t i) { return *machines_[i]; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  /// For --ssh.
  [[nodiscard]] std::string ssh() const;

  /// A hosts file of this text.
  [[nodiscard]] std::string hosts(const std::string& text) const;

private:
  std::filesystem::path folder_;
  std::vector<std::unique_ptr<ssh_machine>> machines_;
};

} // namespace lockstep
