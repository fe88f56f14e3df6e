// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/node/worker_channel.hpp"
#include "actors/wire/handles.hpp"

namespace lockstep {

/// The way to a worker through its proxy actor: a request of CAF's for each task.
class proxy_channel final : public worker_channel {
public:
  /// Belongs to the actor `self`, as do the listener and the watch; they outlive it.
  proxy_channel(node_actor::pointer self, worker_key who, worker_proxy proxy,
                worker_listener& listener, caf_compat::down_watch& watch);

  void hand(const task_identity& task, prepare_solver what) override;
  void hand(const task_identity& task, solver_task what) override;
  void hand(const task_identity& task, combine_task what) override;
  void stop(run_id run, std::uint64_t up_to_number) override;
  void close() override;
  void load_ahead(const model_reference& model) override;
  void ask_status(std::chrono::milliseconds limit, settle_status settle) override;

private:
  template <class Task>
  void request(const task_identity& task, Task what);

  node_actor::pointer self_;
  worker_key who_;
  worker_proxy proxy_;
  worker_listener& listener_;
};

} // namespace lockstep
