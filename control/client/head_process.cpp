#include "control/client/head_process.hpp"

#include "actors/process/neighbour_program.hpp"
#include "actors/process/typed_name.hpp"

#include <lockstep/json.hpp>

#include <poll.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <variant>

namespace lockstep {

namespace {

constexpr int start_limit_ms = 10'000;
constexpr int stop_limit_ms = 10'000;

/// The first line that comes out of a pipe; empty at its end or after the
/// limit.
std::string first_line(int descriptor) {
  std::string text;
  std::array<char, 4096> bytes{};
  pollfd wait{descriptor, POLLIN, 0};
  while (text.find('\n') == std::string::npos && ::poll(&wait, 1, start_limit_ms) > 0) {
    const auto size = ::read(descriptor, bytes.data(), bytes.size());
    if (size <= 0)
      break;
    text.append(bytes.data(), static_cast<std::size_t>(size));
  }
  return text.substr(0, text.find('\n'));
}

} // namespace

head_process::head_process(const address& wanted, const std::vector<std::string>& node_arguments) {
  // The usual port may belong to another program.
  if (!start(wanted, node_arguments) && !start({wanted.host, 0}, node_arguments))
    throw std::runtime_error("cannot start a head: `control serve` says why");
}

bool head_process::start(const address& wanted, const std::vector<std::string>& node_arguments) {
  auto ready = make_pipe();
  child_program program;
  program.path = own_program();
  program.arguments = {typed_name("control"), "serve",      "--listen",
                       to_string(wanted),     "--ready-fd", std::to_string(link_descriptor),
                       "--exit-with-parent",  "--quiet"};
  program.arguments.insert(program.arguments.end(), node_arguments.begin(), node_arguments.end());
  program.link = std::move(ready.second);
  child_ = start_child(std::move(program));
  const auto text = json::parse(first_line(ready.first.get()), nullptr, false);
  if (text.is_object()) {
    const auto found = parse_address(text.value("control", ""));
    if (const auto* good = std::get_if<address>(&found)) {
      where_ = *good;
      return true;
    }
  }
  ::kill(child_.pid, SIGKILL);
  reap(child_);
  return false;
}

head_process::~head_process() {
  pollfd wait{child_.exited.get(), POLLIN, 0};
  if (::poll(&wait, 1, stop_limit_ms) <= 0)
    ::kill(child_.pid, SIGKILL);
  reap(child_);
}

} // namespace lockstep
