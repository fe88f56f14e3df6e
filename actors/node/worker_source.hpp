// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/ids.hpp"
#include "actors/wire/worker_messages.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lockstep {

/// Where a node's workers come from: processes (node/), or actors in the same process (embedding).
/// A node actor calls it from its own thread only; no call may block. A worker that was started
/// joins the node by message, and every end is told to the node by a worker_exit, once.
class worker_source {
public:
  virtual ~worker_source() = default;

  /// Per slot the core that its worker is bound to, -1 where it is not bound.
  [[nodiscard]] virtual std::vector<std::int64_t> cores() const = 0;

  /// Starts a worker for the slot. It has none, or one that is to be followed by this one.
  virtual void start(slot_number slot) = 0;

  /// Ends the worker of the slot that joined with this process number at once.
  virtual void kill(slot_number slot, std::int64_t pid) = 0;

  /// Whether workers serve one run after the other, because what a run did to them cannot be undone
  /// by a new one.
  [[nodiscard]] virtual bool workers_stay() const = 0;

  /// Ends what workers that have ended have left behind: processes that they started.
  /// `leftovers_ended` tells the node that nothing is left. Only where workers do not stay; what
  /// those have started that live is not touched.
  virtual void end_leftovers() = 0;

  /// Lets all workers end, by force if they take longer than a second.
  virtual void stop_all() = 0;

  /// The newest `bytes` that the slot's workers printed.
  [[nodiscard]] virtual output_tail output(slot_number slot, std::size_t bytes) const = 0;
};

} // namespace lockstep
