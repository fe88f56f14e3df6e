// SPDX-License-Identifier: BSD-3-Clause

#include "control/client/head_process.hpp"

#include "platform/options/typed_name.hpp"
#include "platform/process/neighbour_program.hpp"

#include <lockstep/json.hpp>

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <variant>

namespace lockstep {

namespace {

constexpr std::chrono::milliseconds start_limit{10'000};
constexpr std::chrono::milliseconds stop_limit{10'000};
constexpr std::chrono::milliseconds death_limit{1'000};

bool becomes_readable(int descriptor, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd wait{descriptor, POLLIN, 0};
    const int ready = ::poll(&wait, 1, std::max(0, static_cast<int>(left.count())));
    if (ready >= 0 || errno != EINTR)
      return ready > 0;
  }
}

/// The first line that comes; empty at the end or after the limit.
std::string first_line(int descriptor, std::chrono::milliseconds limit) {
  std::string text;
  std::array<char, 4096> bytes{};
  while (text.find('\n') == std::string::npos && becomes_readable(descriptor, limit)) {
    const auto size = ::read(descriptor, bytes.data(), bytes.size());
    if (size <= 0)
      return "";
    text.append(bytes.data(), static_cast<std::size_t>(size));
  }
  return text.substr(0, text.find('\n'));
}

/// What is there now, of a process that has ended.
std::string last_words_in(int descriptor) {
  std::string text;
  std::array<char, 4096> bytes{};
  for (auto size = ::read(descriptor, bytes.data(), bytes.size()); size > 0;
       size = ::read(descriptor, bytes.data(), bytes.size()))
    text.append(bytes.data(), static_cast<std::size_t>(size));
  return text.substr(0, text.find_last_not_of('\n') + 1);
}

std::string list_of(const json& runs) {
  std::string text;
  for (const auto& run : runs)
    if (run.is_string())
      text += (text.empty() ? "" : ", ") + run.get<std::string>();
  return text;
}

} // namespace

head_process::head_process(const address& wanted, const std::vector<std::string>& arguments) {
  // The usual port may belong to another program.
  if (!start(wanted, arguments) && !start({wanted.host, 0}, arguments))
    throw std::runtime_error("cannot start a head: " + last_output_);
}

bool head_process::start(const address& wanted, const std::vector<std::string>& arguments) {
  auto life = make_stream_socket_pair();
  child_program program;
  program.path = own_program();
  program.arguments = {given_name("control"), "serve",      "--listen",
                       to_string(wanted),     "--ready-fd", std::to_string(link_descriptor),
                       "--until-unneeded",    "--quiet"};
  program.arguments.insert(program.arguments.end(), arguments.begin(), arguments.end());
  program.link = std::move(life.second);
  program.capture_output = true;
  child_ = start_child(std::move(program));
  const auto text = json::parse(first_line(life.first.get(), start_limit), nullptr, false);
  if (text.is_object()) {
    if (const auto found = parse_address(text.value("control", ""))) {
      where_ = *found;
      life_ = std::move(life.first);
      relay_ = std::make_unique<output_relay>(std::move(child_.output));
      return true;
    }
  }
  const bool ended = becomes_readable(child_.exited.get(), death_limit);
  ::kill(child_.pid, SIGKILL);
  const auto how = reap(child_);
  last_output_ = (ended ? "it " + to_string(how) : "it did not listen in time") + "\n" +
                 last_words_in(child_.output.get());
  return false;
}

std::optional<std::string> head_process::end() {
  if (is_reaped_ || !becomes_readable(child_.exited.get(), death_limit))
    return std::nullopt;
  is_reaped_ = true;
  const auto how = reap(child_);
  relay_.reset(); // its last words first
  return "the head, process " + std::to_string(child_.pid) + ", " + to_string(how);
}

void head_process::give_up() {
  if (!becomes_readable(child_.exited.get(), stop_limit))
    ::kill(child_.pid, SIGKILL);
  reap(child_);
}

head_process::~head_process() {
  if (is_reaped_)
    return;
  ::shutdown(life_.get(), SHUT_WR);
  const auto runs = json::parse(first_line(life_.get(), stop_limit), nullptr, false);
  if (runs.is_array())
    std::fprintf(stderr, "the head at %s, process %d, goes on for %s of others\n",
                 to_string(where_).c_str(), child_.pid, list_of(runs).c_str());
  else
    give_up();
}

} // namespace lockstep
