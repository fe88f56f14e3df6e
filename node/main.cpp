// SPDX-License-Identifier: BSD-3-Clause

#include "node/options.hpp"
#include "node/serve.hpp"
#include "node/worker_main.hpp"

#include "actors/rules/link/back_off.hpp"
#include "actors/worker/thread_priority.hpp"
#include "platform/options/typed_name.hpp"
#include "platform/output/log_writer.hpp"
#include "platform/output/standard_output.hpp"
#include "platform/process/neighbour_program.hpp"
#include "platform/process/resource_limits.hpp"
#include "platform/process/service_notice.hpp"
#include "platform/process/termination.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <optional>
#include <string>

namespace lockstep {

namespace {

int show_cores(const node_options& options, const std::vector<int>& places) {
  const auto usable = find_cores(options.per);
  const auto count = usable.processors.size();
  auto text =
      std::to_string(count) + (count == 1 ? " place" : " places") + " of this machine may be used";
  if (usable.quota)
    text += ", for " + std::to_string(*usable.quota) + " CPUs' worth of time";
  for (std::size_t i = 0; i < places.size(); ++i)
    text += "\nsolver " + std::to_string(i) + ": processor " + std::to_string(places[i]);
  write_output(text + '\n');
  return ended_with(0, "node");
}

/// How many links in a row did not last, over the program's lives.
constexpr const char* short_links_variable = "LOCKSTEP_SHORT_LINKS";
constexpr std::chrono::seconds short_life{30};
constexpr unsigned short_links_max = 100;

/// Links that end at once again and again (two machines with one name, a head that is full) are
/// dialled at growing intervals. The signal that came meanwhile, if one did.
std::optional<int> pause_after(const service_end& ended, termination& end) {
  if (ended.linked_for >= short_life) {
    ::unsetenv(short_links_variable);
    return std::nullopt;
  }
  const char* before = std::getenv(short_links_variable);
  const auto failures =
      before == nullptr ? 1U
                        : std::min(static_cast<unsigned>(std::atoi(before)) + 1U, short_links_max);
  ::setenv(short_links_variable, std::to_string(failures).c_str(), 1);
  // The first time at once: a head that was started anew is there already.
  if (failures == 1)
    return std::nullopt;
  constexpr double middle = 0.5;
  return end.wait(back_off(failures - 1, middle)) == termination::reason::signal
             ? std::optional{end.signal()}
             : std::nullopt;
}

/// Serves until the end. A node that has lost its head begins anew, as a fresh program in the same
/// process: nothing of the old link is left, and whoever started the node sees no change.
[[noreturn]] void serve_heads(const node_options& options, const std::vector<int>& places,
                              char** argv) {
  const auto notice = service_notice::from_environment();
  if (const auto lacks = lacks_descriptors(
          descriptors_of_node(places.size(), !options.log_folder.empty()),
          "a node of " + std::to_string(places.size()) + " solvers (--workers)")) {
    write_error_line("node: " + *lacks);
    end_program(1);
  }
  termination end;
  const auto ended = serve(options, places, end, notice);
  if (ended.why == service_end::how::head_lost && options.is_of_cluster()) {
    write_error_line("node: the head is gone; looking for it again");
    // What answered for this program until now is gone.
    feed_watchdog(end, notice, [](auto) { return true; });
    if (const auto signal = pause_after(ended, end))
      end_program(128 + *signal);
    flush_standard_streams();
    notice.to_environment();
    ::execv(own_program().c_str(), argv);
    write_error_line("node: cannot begin anew: " + std::string{std::strerror(errno)});
    end_program(1);
  }
  end_program(ended.exit_code);
}

} // namespace
} // namespace lockstep

int main(int argc, char** argv) {
  lockstep::keep_standard_descriptors();
  lockstep::prepare_for_limits();
  lockstep::called_as(argv[0], "node");
  try {
    const auto line = lockstep::read_command_line(argc, argv);
    if (std::holds_alternative<lockstep::worker_arguments>(line))
      return lockstep::worker_main(argv[argc - 1]);
    if (const auto* code = std::get_if<int>(&line))
      return lockstep::ended_with(*code, "node");
    const auto& options = std::get<lockstep::node_options>(line);
    const auto places =
        lockstep::places_for_solvers(lockstep::find_cores(options.per), options.solvers);
    if (options.show_cores)
      return lockstep::show_cores(options, places);
    lockstep::answer_promptly();
    lockstep::serve_heads(options, places, argv);
  } catch (const std::exception& thrown) {
    lockstep::write_error_line("node: " + std::string{thrown.what()});
    lockstep::end_program(1);
  }
}
