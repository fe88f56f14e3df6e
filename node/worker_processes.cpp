#include "node/worker_processes.hpp"

#include "actors/process/neighbour_program.hpp"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <csignal>
#include <utility>

namespace lockstep {

namespace {

constexpr std::size_t kept_bytes = 1U << 20U;
constexpr std::size_t log_file_bytes = 10U << 20U;
constexpr std::size_t log_files = 3;

/// Of a burst of output so much is streamed; the rest is kept for who asks.
constexpr std::size_t streamed_bytes_max = 16U << 10U;

/// The last lines that a person sees beside the failure of a run.
constexpr std::size_t last_lines_bytes = 2'000;

constexpr std::chrono::milliseconds stop_grace{1'000};

std::shared_ptr<spdlog::logger> make_file(const std::string& folder, std::size_t slot) {
  if (folder.empty())
    return nullptr;
  const auto name = "solver-" + std::to_string(slot);
  auto sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(folder + '/' + name + ".log",
                                                                     log_file_bytes, log_files);
  auto file = std::make_shared<spdlog::logger>(name, std::move(sink));
  file->set_pattern("%Y-%m-%dT%H:%M:%S.%e %v");
  file->flush_on(spdlog::level::info);
  return file;
}

} // namespace

worker_processes::worker_processes(worker_process_options options) : options_(std::move(options)) {
  for (std::size_t i = 0; i < options_.places.size(); ++i)
    outputs_.push_back(std::make_unique<kept_output>(options_.log_folder, i));
}

worker_processes::kept_output::kept_output(const std::string& folder, std::size_t slot)
    : memory(kept_bytes), file(make_file(folder, slot)) {}

worker_processes::~worker_processes() = default;

void worker_processes::connect(node_actor node, link_door& door) {
  node_ = std::move(node);
  door_ = &door;
}

std::vector<std::int64_t> worker_processes::cores() const {
  std::vector<std::int64_t> cores(options_.places.size(), -1);
  if (options_.bind)
    std::ranges::copy(options_.places, cores.begin());
  return cores;
}

void worker_processes::start(slot_number slot) {
  auto link = make_stream_socket_pair();
  child_program program;
  program.path = own_program();
  program.arguments = {"lockstep-worker", "worker", "--slot", std::to_string(slot.value)};
  program.link = std::move(link.second);
  program.capture_output = true;
  if (options_.bind)
    program.cores = {options_.places[slot.value]};
  // One core for each solver: a numerical library's own threads would only fight for it.
  for (const auto* name :
       {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"})
    program.environment_defaults.emplace_back(name, "1");
  child_callbacks callbacks;
  callbacks.started = [this, slot](pid_t pid) {
    if (on_started)
      on_started(slot, pid);
  };
  callbacks.output = [this, slot](std::string_view text) { printed(slot, text); };
  callbacks.ended = [this, slot](const child_exit& how) { ended(slot, how); };
  callbacks.not_started = [this, slot](const std::string& why) { not_started(slot, why); };
  door_->admit(link.first.release());
  watcher_.start(slot.value, std::move(program), std::move(callbacks));
}

void worker_processes::kill_all() {
  watcher_.end();
}

void worker_processes::kill(slot_number slot) {
  watcher_.signal(slot.value, SIGKILL);
}

void worker_processes::stop_all() {
  watcher_.stop_all(stop_grace);
}

output_tail worker_processes::output(slot_number slot, std::size_t bytes) const {
  auto [text, dropped] = outputs_[slot.value]->memory.tail(bytes);
  return {std::move(text), dropped};
}

void worker_processes::printed(slot_number slot, std::string_view text) {
  auto& kept = *outputs_[slot.value];
  kept.memory.append(text);
  if (kept.file)
    kept.file->info(text.substr(0, text.size() - (text.ends_with('\n') ? 1 : 0)));
  std::string streamed;
  if (text.size() > streamed_bytes_max) {
    const auto left_out = text.size() - streamed_bytes_max;
    streamed = "[" + std::to_string(left_out) + " bytes left out]\n";
    text.remove_prefix(left_out);
  }
  streamed += text;
  caf_compat::anon_send(*node_, worker_output{slot.value, std::move(streamed)});
}

void worker_processes::ended(slot_number slot, const child_exit& how) {
  caf_compat::anon_send(*node_,
                        worker_exit{slot.value, how.pid, to_string(how), how.signal, how.exit_code,
                                    outputs_[slot.value]->memory.tail(last_lines_bytes).first});
}

void worker_processes::not_started(slot_number slot, const std::string& why) {
  printed(slot, "lockstep: " + why + '\n');
  caf_compat::anon_send(*node_, worker_exit{slot.value, 0, "not started: " + why, {}, {}, why});
}

} // namespace lockstep
