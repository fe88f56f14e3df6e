// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/node/node_orders.hpp"
#include "actors/rules/node/node_parts.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lockstep {

/// Workers whose run is over, until they and whatever they have started are gone. Those of one run
/// depart together:
///
///     parting ── the last has ended ──► waiting ──► ending ── nothing left ──► gone
///
/// It waits while leftovers of others are being ended, because nothing_left does not say whose.
class departures {
public:
  enum class parting : std::uint8_t { none, by_itself, killed };

  departures(std::size_t slots, node_orders& orders) : orders_(orders), unsettled_(slots) {}

  /// A departure from these slots; gives its number. `depart` is to follow.
  std::uint64_t begin(std::vector<std::uint32_t> slots);

  /// This worker is one of the last departure.
  void add(worker_key who) { all_.back().workers.push_back({who, false}); }

  /// The last departure is whole. With nobody to wait for, what is left is ended at once.
  void depart();

  /// Kills a worker that is parting; nothing where it is none.
  void kill(worker_key who);
  /// Kills all of a departure that are left.
  void kill_all(std::uint64_t number);

  /// A worker has ended. Says how, where it was parting.
  parting ended(worker_key who);

  void nothing_left();

  /// Nothing is left of what departed from there.
  [[nodiscard]] bool is_clear(std::uint32_t slot) const { return unsettled_[slot] == 0; }

  /// Workers are still parting.
  [[nodiscard]] bool is_waiting() const;

  /// From now on leftovers are left to the end of the node.
  void stop() { stopping_ = true; }

private:
  enum class phase : std::uint8_t { parting, waiting, ending };
  struct parting_worker {
    worker_key key;
    bool killed; ///< by this node, now that its solver is gone or took too long
  };
  struct departure {
    std::uint64_t number = 0;
    phase now = phase::parting;
    std::vector<std::uint32_t> slots;
    std::vector<parting_worker> workers;
  };

  void kill(parting_worker& one);
  void end_leftovers();

  node_orders& orders_;
  std::vector<std::uint32_t> unsettled_; ///< per slot the departures that are not gone
  std::vector<departure> all_;           ///< that are not gone
  std::uint64_t last_number_ = 0;
  bool stopping_ = false;
};

} // namespace lockstep
