// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>

/// Who starts workers to the node, node to controller: workers that come, print and go, none of it
/// answered; and what they printed, where the controller asks for it.

namespace lockstep {

/// Node to controller: a worker came up or is gone.
struct worker_change {
  std::uint32_t slot = 0; ///< on the node that tells it
  std::int64_t pid = 0;
  bool up = false;
  std::string reason; ///< why it is gone, for people; empty where it came up
};

template <class Inspector>
bool inspect(Inspector& f, worker_change& x) {
  return f.object(x).fields(f.field("slot", x.slot), f.field("pid", x.pid), f.field("up", x.up),
                            f.field("reason", x.reason));
}

/// Whoever starts workers to the node, once for each: a worker's process has ended; or, in a
/// program that embeds Lockstep, the worker was given up.
struct worker_exit {
  std::uint32_t slot = 0;
  std::int64_t pid = 0;         ///< with which it joined
  std::string text;             ///< "was killed by signal 11 (Segmentation fault)"
  std::optional<int> signal;    ///< that ended it
  std::optional<int> exit_code; ///< or this
  std::string log;              ///< the last lines that it printed
};

template <class Inspector>
bool inspect(Inspector& f, worker_exit& x) {
  return f.object(x).fields(f.field("slot", x.slot), f.field("pid", x.pid), f.field("text", x.text),
                            f.field("signal", x.signal), f.field("exit_code", x.exit_code),
                            f.field("log", x.log));
}

/// Whoever starts workers to the node, node to controller: what a worker printed.
struct worker_output {
  std::uint32_t slot = 0;
  std::string text; ///< of a burst the last 16 KiB, and how much was left out
};

template <class Inspector>
bool inspect(Inspector& f, worker_output& x) {
  return f.object(x).fields(f.field("slot", x.slot), f.field("text", x.text));
}

/// From whoever starts workers to the node, once it was told to end what is left of a run's
/// workers: nothing is. Sent without waiting for an answer.
struct leftovers_ended {};

template <class Inspector>
bool inspect(Inspector& f, leftovers_ended& x) {
  return f.object(x).fields();
}

/// From the controller to a node: the newest that a slot's workers printed. Answered with
/// output_tail. Error no_such_solver.
struct read_worker_output {
  slot_number slot;
  std::uint64_t bytes = 0; ///< at most
};

template <class Inspector>
bool inspect(Inspector& f, read_worker_output& x) {
  return f.object(x).fields(f.field("slot", x.slot), f.field("bytes", x.bytes));
}

/// Node to controller, when it is asked: the newest part of a slot's captured output, from the
/// beginning of a line where there is one.
struct output_tail {
  std::string text;
  std::uint64_t dropped_bytes = 0; ///< older bytes that are no longer kept
};

template <class Inspector>
bool inspect(Inspector& f, output_tail& x) {
  return f.object(x).fields(f.field("text", x.text), f.field("dropped_bytes", x.dropped_bytes));
}

} // namespace lockstep
