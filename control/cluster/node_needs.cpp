// SPDX-License-Identifier: BSD-3-Clause

#include "control/cluster/node_needs.hpp"

#include "control/cluster/node_process.hpp"

#include "platform/process/child_process.hpp"
#include "platform/process/resource_limits.hpp"

#include <poll.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace lockstep {

namespace {

constexpr int show_limit_ms = 10'000;

/// The value of --workers; none where the node finds its places itself.
std::optional<std::uint64_t> workers_in(const std::vector<std::string>& options) {
  const auto found = std::ranges::find(options, "--workers");
  if (found == options.end() || std::next(found) == options.end() || *std::next(found) == "auto")
    return std::nullopt;
  return std::stoull(*std::next(found));
}

std::uint64_t processors_of_mask() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  return ::sched_getaffinity(0, sizeof mask, &mask) == 0
             ? static_cast<std::uint64_t>(CPU_COUNT(&mask))
             : 0;
}

std::string read_to_end(int descriptor) {
  std::string text;
  std::array<char, 4'096> bytes{};
  pollfd wait{descriptor, POLLIN, 0};
  while (::poll(&wait, 1, show_limit_ms) > 0) {
    const auto size = ::read(descriptor, bytes.data(), bytes.size());
    if (size <= 0)
      break;
    text.append(bytes.data(), static_cast<std::size_t>(size));
  }
  return text;
}

/// As the node says it: a line for each. None where it says nothing.
std::uint64_t places_of_node(const std::vector<std::string>& options) {
  child_program program;
  program.path = node_program();
  program.arguments = {"lockstep-node", "--show-cores"};
  program.arguments.insert(program.arguments.end(), options.begin(), options.end());
  program.capture_output = true;
  try {
    const auto node = start_child(std::move(program));
    const auto told = read_to_end(node.output.get());
    ::kill(node.pid, SIGKILL);
    (void)reap(node);
    std::uint64_t places = 0;
    constexpr std::string_view line = "\nsolver ";
    for (auto at = told.find(line); at != std::string::npos; at = told.find(line, at + 1))
      ++places;
    return places;
  } catch (const std::system_error&) { // it will say so itself
    return 0;
  }
}

} // namespace

std::optional<std::string> lacks_descriptors_for_node(const std::vector<std::string>& options) {
  const bool has_log_files = std::ranges::find(options, "--log-dir") != options.end();
  auto solvers = workers_in(options);
  if (!solvers) {
    // There are no more places than that; to ask for them takes its time.
    if (descriptor_limit() >= descriptors_of_node(processors_of_mask(), has_log_files))
      return std::nullopt;
    solvers = places_of_node(options);
  }
  return lacks_descriptors(descriptors_of_node(*solvers, has_log_files),
                           "a head with a node of " + std::to_string(*solvers) +
                               " solvers (--workers)");
}

} // namespace lockstep
