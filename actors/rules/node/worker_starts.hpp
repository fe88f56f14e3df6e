// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/node/node_orders.hpp"
#include "actors/rules/node/start_attempts.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// The starts of workers: one at a time in a slot, repeated at growing intervals where it fails.
///
///     idle ── start ──► starting ── joined ──► idle
///                        ▲    │ failed
///                        └────┘ after a while
class worker_starts {
public:
  worker_starts(std::size_t slots, node_orders& orders) : orders_(orders), slots_(slots) {}

  /// Nothing where one is being started already, or the node stops.
  void start(std::uint32_t slot) {
    if (stopping_ || slots_[slot].starting)
      return;
    slots_[slot].starting = true;
    orders_.add(node_commands::start_worker{slot});
  }

  [[nodiscard]] bool is_starting(std::uint32_t slot) const { return slots_[slot].starting; }

  void succeeded(std::uint32_t slot) {
    slots_[slot].starting = false;
    slots_[slot].attempts.succeeded();
  }

  void failed(std::uint32_t slot, const std::string& why, std::string log) {
    auto& its = slots_[slot];
    its.log = std::move(log);
    orders_.set({node_deadline::kind::restart, slot}, its.attempts.failed(why));
  }

  /// The time after a failure is over.
  void try_again(std::uint32_t slot) {
    slots_[slot].starting = false;
    start(slot);
  }

  /// It failed so often that it will not work at the next attempt either.
  [[nodiscard]] bool is_hopeless(std::uint32_t slot) const {
    return slots_[slot].attempts.is_hopeless();
  }
  /// Of the last failure: what became of it, and the last lines that it printed.
  [[nodiscard]] const std::string& why(std::uint32_t slot) const {
    return slots_[slot].attempts.why();
  }
  [[nodiscard]] const std::string& log(std::uint32_t slot) const { return slots_[slot].log; }

  void stop() { stopping_ = true; }
  [[nodiscard]] bool is_stopping() const { return stopping_; }

private:
  struct start_state {
    bool starting = false;
    start_attempts attempts; ///< that ended before a worker had joined
    std::string log;
  };

  node_orders& orders_;
  std::vector<start_state> slots_;
  bool stopping_ = false;
};

} // namespace lockstep
