#pragma once

#include "actors/wire/ids.hpp"
#include "actors/wire/messages.hpp"

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

  /// Starts a worker for the slot, which has none.
  virtual void start(slot_number slot) = 0;

  /// Ends the slot's worker at once.
  virtual void kill(slot_number slot) = 0;

  /// Lets all workers end, by force if they take longer than a second.
  virtual void stop_all() = 0;

  /// The newest `bytes` that the slot's workers printed.
  [[nodiscard]] virtual output_tail output(slot_number slot, std::size_t bytes) const = 0;
};

} // namespace lockstep
