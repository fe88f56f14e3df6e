// SPDX-License-Identifier: BSD-3-Clause

#include "control/deploy/remote_session.hpp"

#include "control/client/usage_error.hpp"
#include "control/deploy/remote_script.hpp"

#include "platform/process/neighbour_program.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <sstream>
#include <utility>

namespace lockstep {

namespace {

constexpr std::size_t output_line_bytes_max = 4'096;
constexpr std::size_t received_bytes_max = std::size_t{1} << 20U;

/// A terminal must not be told what to do by another machine.
std::string without_control_characters(std::string_view line) {
  std::string text;
  for (const char c : line)
    if (const auto byte = static_cast<unsigned char>(c); byte >= ' ' && byte != 0x7f)
      text += c;
  return text;
}

} // namespace

std::vector<std::string> ssh_arguments(const std::string& command) {
  std::istringstream split{command};
  std::vector<std::string> arguments;
  for (std::string argument; split >> argument;)
    arguments.push_back(std::move(argument));
  const auto found = arguments.empty() ? std::string{} : find_program(arguments.front());
  if (found.empty())
    throw usage_error("there is no program '" + command + "': install ssh, or name it with --ssh");
  arguments.front() = found;
  for (const auto* option :
       {"BatchMode=yes", "ConnectTimeout=10", "ServerAliveInterval=5", "ServerAliveCountMax=3",
        "ClearAllForwardings=yes", "RequestTTY=no", "RemoteCommand=none"})
    arguments.insert(arguments.end(), {"-o", option});
  arguments.insert(arguments.end(), {"-a", "-x", "-T"});
  return arguments;
}

remote_session::remote_session(const std::vector<std::string>& ssh, const std::string& target,
                               const std::string& script) {
  auto link = make_stream_socket_pair();
  child_program program;
  program.path = ssh.front();
  program.arguments = ssh;
  program.arguments.insert(program.arguments.end(), {"--", target, remote_command(script)});
  program.input = std::move(link.second);
  program.capture_output = true;
  child_ = start_child(std::move(program));
  input_ = std::move(link.first);
  waiting_ = script;
}

remote_session::remote_session(remote_session&& other) noexcept
    : child_(std::move(other.child_)), reaped_(std::exchange(other.reaped_, true)),
      input_(std::move(other.input_)), waiting_(std::move(other.waiting_)), file_(other.file_),
      file_bytes_(other.file_bytes_), file_sent_(other.file_sent_), closing_(other.closing_),
      input_gone_(other.input_gone_), output_gone_(other.output_gone_),
      received_(std::move(other.received_)), received_total_(other.received_total_) {}

remote_session::~remote_session() {
  if (reaped_)
    return;
  kill();
  reap(child_);
}

int remote_session::input() const {
  const bool something = !waiting_.empty() || file_sent_ < file_bytes_ || closing_;
  return something && !input_gone_ ? input_.get() : -1;
}

void remote_session::send(std::string_view text) {
  waiting_ += text;
}

void remote_session::send_file(int descriptor, std::uint64_t bytes) {
  file_ = descriptor;
  file_bytes_ = bytes;
  file_sent_ = 0;
}

/// False where the input takes no more now.
bool remote_session::write_some(const char* bytes, std::size_t size, std::size_t& written) {
  const auto sent = ::send(input_.get(), bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  written = sent > 0 ? static_cast<std::size_t>(sent) : 0;
  // Why ssh is gone is told by its end.
  input_gone_ = sent < 0 && errno != EAGAIN && errno != EINTR;
  return sent > 0;
}

void remote_session::write() {
  std::size_t written = 0;
  while (!input_gone_ && !waiting_.empty()) {
    if (!write_some(waiting_.data(), waiting_.size(), written))
      return;
    waiting_.erase(0, written);
  }
  while (!input_gone_ && file_sent_ < file_bytes_) {
    std::array<char, 1U << 16U> bytes{};
    const auto size = std::min<std::uint64_t>(bytes.size(), file_bytes_ - file_sent_);
    const auto got = ::pread(file_, bytes.data(), size, static_cast<off_t>(file_sent_));
    if (got <= 0) { // someone cut the file short: the other side will say so
      closing_ = true;
      file_bytes_ = file_sent_;
      break;
    }
    if (!write_some(bytes.data(), static_cast<std::size_t>(got), written))
      return;
    file_sent_ += written;
  }
  if (closing_ && !input_gone_) {
    ::shutdown(input_.get(), SHUT_WR);
    input_gone_ = true;
  }
}

void remote_session::keep(std::string_view bytes) {
  const auto room = received_bytes_max - std::min(received_bytes_max, received_total_);
  received_ += bytes.substr(0, room);
  received_total_ += bytes.size();
}

std::vector<std::string> remote_session::read() {
  std::array<char, 1U << 14U> bytes{};
  ssize_t size = 0;
  while ((size = ::read(child_.output.get(), bytes.data(), bytes.size())) > 0)
    keep({bytes.data(), static_cast<std::size_t>(size)});
  output_gone_ = size == 0;
  std::vector<std::string> lines;
  for (auto end = received_.find('\n'); end != std::string::npos; end = received_.find('\n')) {
    lines.push_back(
        without_control_characters(received_.substr(0, std::min(end, output_line_bytes_max))));
    received_.erase(0, end + 1);
  }
  if (output_gone_ && !received_.empty())
    lines.push_back(without_control_characters(std::exchange(received_, {})));
  return lines;
}

std::optional<child_exit> remote_session::ended() {
  pollfd wait{child_.exited.get(), POLLIN, 0};
  if (reaped_ || ::poll(&wait, 1, 0) <= 0)
    return std::nullopt;
  reaped_ = true;
  return reap(child_);
}

void remote_session::kill() const {
  if (!reaped_)
    ::kill(-child_.pid, SIGKILL);
}

} // namespace lockstep
