// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/ssh_machine.hpp"

#include "tests/system/programs.hpp"

#include "platform/process/neighbour_program.hpp"
#include "tests/text_of.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace lockstep {

namespace fs = std::filesystem;

namespace {

using test::text_of;

const std::string sshd_program = "/usr/sbin/sshd";

sockaddr_in loopback(int port) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return where;
}

/// A port that nobody listens on now.
int free_port() {
  const unique_descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  auto where = loopback(0);
  socklen_t size = sizeof where;
  auto* plain = reinterpret_cast<sockaddr*>(&where); // the sockets interface asks for it
  if (::bind(socket.get(), plain, size) != 0 || ::getsockname(socket.get(), plain, &size) != 0)
    throw std::runtime_error("a test needs a loopback port");
  return ntohs(where.sin_port);
}

bool answers(int port) {
  const unique_descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const auto where = loopback(port);
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
}

void run(const std::string& path, std::vector<std::string> words) {
  child_program program;
  program.path = path;
  program.arguments = std::move(words);
  program.capture_output = true;
  const auto child = start_child(std::move(program));
  pollfd wait{child.exited.get(), POLLIN, 0};
  constexpr int limit_ms = 20'000;
  if (::poll(&wait, 1, limit_ms) <= 0)
    ::kill(child.pid, SIGKILL);
  if (reap(child).exit_code != 0)
    throw std::runtime_error(path + " failed");
}

void make_key(const fs::path& file) {
  run(find_program("ssh-keygen"),
      {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file.string()});
}

} // namespace

ssh_machine::ssh_machine(fs::path folder, const fs::path& user_key) : folder_(std::move(folder)) {
  fs::create_directories(home());
  make_key(folder_ / "host_key");
  fs::copy_file(user_key.string() + ".pub", folder_ / "authorized_keys");
  set_login("");
  // A port that was free a moment ago may be taken by now.
  for (int tries = 0; tries < 5; ++tries)
    if (start())
      return;
  throw std::runtime_error("sshd does not start: " + text_of(folder_ / "sshd.log"));
}

void ssh_machine::set_login(const std::string& line) {
  std::ofstream{folder_ / "login"} << "#!/bin/sh\nexport HOME=" << home().string()
                                   << "\nunset XDG_CACHE_HOME XDG_STATE_HOME\n"
                                   << line << '\n'
                                   << "exec sh -c \"$SSH_ORIGINAL_COMMAND\"\n";
  fs::permissions(folder_ / "login", fs::perms::owner_all);
}

bool ssh_machine::start() {
  port_ = free_port();
  std::ofstream{folder_ / "sshd_config"}
      << "Port " << port_ << "\nListenAddress 127.0.0.1\nHostKey "
      << (folder_ / "host_key").string() << "\nAuthorizedKeysFile "
      << (folder_ / "authorized_keys").string() << "\nPidFile " << (folder_ / "sshd.pid").string()
      << "\nForceCommand " << (folder_ / "login").string()
      << "\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\n";
  child_program program;
  program.path = sshd_program;
  program.arguments = {sshd_program, "-D",
                       "-f",         (folder_ / "sshd_config").string(),
                       "-E",         (folder_ / "sshd.log").string()};
  sshd_ = start_child(std::move(program));
  pollfd end{sshd_.exited.get(), POLLIN, 0};
  const bool up = becomes_true([&] { return answers(port_) || ::poll(&end, 1, 0) > 0; });
  if (up && ::poll(&end, 1, 0) == 0)
    return true;
  ::kill(sshd_.pid, SIGKILL);
  reap(sshd_);
  return false;
}

ssh_machine::~ssh_machine() {
  ::kill(sshd_.pid, SIGKILL);
  reap(sshd_);
  if (const auto left = node(); left > 0)
    ::kill(left, SIGKILL);
}

std::string ssh_machine::known_host() const {
  return "[127.0.0.1]:" + std::to_string(port_) + ' ' + text_of(folder_ / "host_key.pub");
}

pid_t ssh_machine::node() const {
  if (!fs::exists(state()))
    return 0;
  for (const auto& entry : fs::directory_iterator{state()})
    if (entry.path().extension() == ".pid") {
      pid_t pid = 0;
      std::ifstream{entry.path()} >> pid;
      std::error_code gone;
      // What runs under that number may be another process by now.
      const auto program = fs::read_symlink("/proc/" + std::to_string(pid) + "/exe", gone).string();
      return pid > 1 && program.starts_with(home().string()) && is_alive(pid) ? pid : 0;
    }
  return 0;
}

std::vector<fs::path> ssh_machine::programs() const {
  std::vector<fs::path> found;
  const auto folder = home() / ".cache/lockstep/bin";
  if (fs::exists(folder))
    for (const auto& entry : fs::recursive_directory_iterator{folder})
      if (entry.is_regular_file())
        found.push_back(entry.path());
  return found;
}

std::string ssh_machines::missing() {
  if (!fs::exists(sshd_program) || find_program("ssh").empty() ||
      find_program("ssh-keygen").empty())
    return "there is no sshd here: `scripts/setup cluster-tests` installs one";
  // As root it leaves its rights in this folder, which a service's start would make.
  std::error_code refused;
  if (::geteuid() == 0 && !fs::exists("/run/sshd") && !fs::create_directory("/run/sshd", refused))
    return "cannot make /run/sshd: " + refused.message();
  return {};
}

ssh_machines::ssh_machines(std::size_t count) {
  std::string pattern = (fs::temp_directory_path() / "lockstep-ssh-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  const auto key = folder_ / "user_key";
  make_key(key);
  std::ofstream configuration{folder_ / "config"};
  std::ofstream known{folder_ / "known_hosts"};
  static constexpr std::array names = {"one", "two", "three"};
  for (std::size_t i = 0; i < count; ++i) {
    machines_.push_back(std::make_unique<ssh_machine>(folder_ / names.at(i), key));
    configuration << "Host " << names.at(i) << "\n  HostName 127.0.0.1\n  Port "
                  << machines_.back()->port() << '\n';
    known << machines_.back()->known_host();
  }
  configuration << "Host nobody\n  HostName 127.0.0.1\n  Port " << free_port() << '\n'
                << "Host *\n  IdentityFile " << key.string()
                << "\n  IdentitiesOnly yes\n  UserKnownHostsFile "
                << (folder_ / "known_hosts").string() << "\n  StrictHostKeyChecking yes\n";
}

ssh_machines::~ssh_machines() {
  machines_.clear();
  std::error_code ignored; // a program that was killed a moment ago may still hold its log
  fs::remove_all(folder_, ignored);
}

std::string ssh_machines::ssh() const {
  return "ssh -F " + (folder_ / "config").string();
}

std::string ssh_machines::hosts(const std::string& text) const {
  const auto path = folder_ / "hosts";
  std::ofstream{path} << text;
  return path.string();
}

} // namespace lockstep
