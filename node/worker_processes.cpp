// SPDX-License-Identifier: BSD-3-Clause

#include "node/worker_processes.hpp"

#include "node/worker_main.hpp"

#include "platform/output/log_writer.hpp"
#include "platform/process/neighbour_program.hpp"

#include <algorithm>
#include <csignal>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

namespace lockstep {

namespace {

constexpr std::size_t kept_bytes = 1U << 20U;

/// Of a burst of output so much is streamed; the rest is kept for who asks.
constexpr std::size_t streamed_bytes_max = 16U << 10U;

/// The last lines that a person sees beside the failure of a run.
constexpr std::size_t last_lines_bytes = 2'000;

constexpr std::chrono::milliseconds stop_grace{1'000};

/// For the last lines to reach their files.
constexpr std::chrono::milliseconds log_limit{1'000};

} // namespace

worker_processes::worker_processes(worker_process_options options) : options_(std::move(options)) {
  for (std::size_t i = 0; i < options_.places.size(); ++i)
    outputs_.push_back(std::make_unique<kept_output>(options_.log_folder, i));
}

worker_processes::kept_output::kept_output(const std::string& folder, std::size_t slot)
    : memory(kept_bytes) {
  if (!folder.empty())
    file.emplace(folder, slot);
}

worker_processes::~worker_processes() = default;

void worker_processes::connect(node_actor node, link_acceptor& acceptor) {
  node_ = std::move(node);
  acceptor_ = &acceptor;
}

std::vector<std::int64_t> worker_processes::cores() const {
  std::vector<std::int64_t> cores(options_.places.size(), -1);
  if (options_.bind)
    std::ranges::copy(options_.places, cores.begin());
  return cores;
}

void worker_processes::start(slot_number slot) {
  descriptor_pair link;
  try {
    link = make_stream_socket_pair();
  } catch (const std::system_error& refused) {
    return not_started(slot, refused.what());
  }
  // Shared, since functions are copied.
  const auto wanted = std::make_shared<process_copy>(
      process_copy{std::to_string(slot.value), std::move(link.second), {}});
  if (options_.bind)
    wanted->cores = {options_.places[slot.value]};
  child_callbacks callbacks;
  callbacks.started = [this, slot](pid_t pid) { started(slot, pid); };
  // A slot's output is that of all its workers; the last words of one are its own.
  auto own = std::make_shared<captured_output>(last_lines_bytes);
  callbacks.output = [this, slot, own](std::string_view text) {
    own->append(text);
    printed(slot, text);
  };
  callbacks.ended = [this, slot, own](const child_exit& how) {
    ended(slot, how, own->tail(last_lines_bytes).first);
  };
  callbacks.not_started = [this, slot](const std::string& why) { not_started(slot, why); };
  acceptor_->admit(link.first.release());
  watcher_.start_by(
      watcher_.new_key(), [this, wanted] { return template_.copy(std::move(*wanted)); },
      std::move(callbacks));
}

child_program worker_processes::template_of_workers() {
  child_program program;
  program.path = own_program();
  program.arguments = {"lockstep-worker", "worker", "--slot", worker_template_slot};
  // One core for each solver: a numerical library's own threads would only fight for it.
  for (const auto* name :
       {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"})
    program.environment_defaults.emplace_back(name, "1");
  return program;
}

void worker_processes::kill_all() {
  watcher_.end();
  const auto end = std::chrono::steady_clock::now() + log_limit;
  for (const auto& one : outputs_)
    if (one->file)
      (void)one->file->drain(std::max(
          std::chrono::milliseconds{0},
          std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now())));
}

void worker_processes::kill(slot_number slot, std::int64_t pid) {
  watcher_.later({}, [this, slot, pid] { outputs_[slot.value]->killed = pid; });
  watcher_.signal_process(static_cast<pid_t>(pid), SIGKILL);
}

void worker_processes::end_leftovers() {
  watcher_.end_orphans([this](const std::vector<pid_t>& left) {
    for (const auto pid : left)
      write_error_line("node: process " + std::to_string(pid) +
                       ", which a solver started, does not end");
    caf_compat::anon_send(*node_, leftovers_ended{});
  });
}

void worker_processes::stop_all() {
  watcher_.stop_all(stop_grace);
}

output_tail worker_processes::output(slot_number slot, std::size_t bytes) const {
  auto [text, dropped] = outputs_[slot.value]->memory.tail(bytes);
  return {std::move(text), dropped};
}

void worker_processes::started(slot_number slot, pid_t pid) {
  auto& its = *outputs_[slot.value];
  if (its.living++ == 0 && std::exchange(its.has_news, false) && on_started)
    on_started(slot, pid);
}

void worker_processes::printed(slot_number slot, std::string_view text) {
  auto& kept = *outputs_[slot.value];
  kept.memory.append(text);
  if (kept.file)
    kept.file->append(text, std::chrono::system_clock::now());
  std::string streamed;
  if (text.size() > streamed_bytes_max) {
    const auto left_out = text.size() - streamed_bytes_max;
    streamed = "[" + std::to_string(left_out) + " bytes left out]\n";
    text.remove_prefix(left_out);
  }
  streamed += text;
  caf_compat::anon_send(*node_, worker_output{slot.value, std::move(streamed)});
}

void worker_processes::ended(slot_number slot, const child_exit& how, std::string last_lines) {
  if (auto& file = outputs_[slot.value]->file)
    file->end_line(std::chrono::system_clock::now());
  --outputs_[slot.value]->living;
  outputs_[slot.value]->has_news = how.pid != outputs_[slot.value]->killed;
  caf_compat::anon_send(*node_, worker_exit{slot.value, how.pid, to_string(how), how.signal,
                                            how.exit_code, std::move(last_lines)});
}

void worker_processes::not_started(slot_number slot, const std::string& why) {
  printed(slot, "lockstep: " + why + '\n');
  caf_compat::anon_send(*node_,
                        worker_exit{slot.value, 0, "cannot be started: " + why, {}, {}, why});
}

} // namespace lockstep
