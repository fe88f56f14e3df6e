// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "node/solver_log.hpp"

#include "actors/link/descriptor_link.hpp"
#include "actors/node/worker_source.hpp"
#include "actors/wire/handles.hpp"
#include "platform/output/captured_output.hpp"
#include "platform/process/child_watcher.hpp"
#include "platform/process/process_template.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// How a node's workers are to be started.
struct worker_process_options {
  std::vector<int> places; ///< per slot its processor
  bool bind = true;        ///< keep each worker on its processor
  std::string log_folder;  ///< where output is also written to; nowhere if empty
};

/// The workers of a node as processes: started by executing the node's own program, each over a
/// socketpair of its own. Their output is kept in memory (the newest megabyte of each slot) and, if
/// wished, in rotated files `solver-SLOT.log`.
class worker_processes final : public worker_source {
public:
  explicit worker_processes(worker_process_options options);
  ~worker_processes() override;

  /// To be called once, before the first start: who is told, and how workers reach it.
  void connect(node_actor node, link_acceptor& acceptor);

  /// Ends all workers by force and waits for them, and for their last output to be written. None
  /// can be started any more.
  void kill_all();

  /// Called with slot and process number whenever a worker's process was started in a slot for the
  /// first time, or after a death. The planned exchange between two runs is no news.
  std::function<void(slot_number, pid_t)> on_started;

  [[nodiscard]] std::vector<std::int64_t> cores() const override;
  void start(slot_number slot) override;
  void kill(slot_number slot, std::int64_t pid) override;
  [[nodiscard]] bool workers_stay() const override { return false; }
  void end_leftovers() override;
  void stop_all() override;
  [[nodiscard]] output_tail output(slot_number slot, std::size_t bytes) const override;

private:
  struct kept_output {
    explicit kept_output(const std::string& folder, std::size_t slot);
    captured_output memory;
    std::optional<solver_log> file;
    // The watcher's thread only:
    std::size_t living = 0;  ///< workers of the slot
    std::int64_t killed = 0; ///< the last that was told to end
    bool has_news = true;    ///< none was started yet, or the last one ended of itself
  };

  static child_program template_of_workers();
  void started(slot_number slot, pid_t pid);
  void printed(slot_number slot, std::string_view text);
  void ended(slot_number slot, const child_exit& how, std::string last_lines);
  void not_started(slot_number slot, const std::string& why);

  worker_process_options options_;
  std::vector<std::unique_ptr<kept_output>> outputs_;
  std::optional<node_actor> node_;
  link_acceptor* acceptor_ = nullptr;
  process_template template_{template_of_workers}; ///< the watcher's thread only
  /// What a solver started, also in a session of its own, is this node's to end.
  child_watcher watcher_{
      child_watcher::orphans::adopted_and_reaped}; // the last member: its thread uses all others
};

} // namespace lockstep
