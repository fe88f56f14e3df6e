// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <chrono>
#include <cstddef>

namespace lockstep::limits {

/// Bytes of one argument or answer, unless told otherwise (controller_options::payload_limit).
inline constexpr std::size_t payload_bytes = std::size_t{1} << 30U;

/// Bytes of all payloads in one message between two processes. CAF's network layer counts a message
/// in 32 bits and drops a larger one without a word.
inline constexpr std::size_t message_bytes = (std::size_t{1} << 32U) - (std::size_t{1} << 20U);

/// Small payloads ride in a message to another machine up to so many bytes together; what is more
/// is sent ahead of it, so that a status never waits for it.
inline constexpr std::size_t riding_bytes = std::size_t{64} << 10U;

/// Bytes of a model's library, also of one that is sent to another machine.
inline constexpr std::size_t library_bytes = std::size_t{1} << 30U;

/// Libraries that a machine keeps of those that were sent to it: their number and their bytes.
inline constexpr std::size_t kept_libraries = 50;
inline constexpr std::size_t kept_library_bytes = std::size_t{2} << 30U;

/// How long a cancelled step may take to return before its solver is killed, and a plan before it
/// is given up, unless the run or the cancel says otherwise.
inline constexpr std::chrono::milliseconds cancel_grace{5'000};

/// Workers of one node. The programs' options see to it; an embedding program is not checked.
inline constexpr std::size_t solvers_of_node = 4'096;

/// A node's workers must have connected by then.
inline constexpr std::chrono::milliseconds worker_start{20'000};

/// How long the destructors of a run's solvers may take before their processes are killed. The next
/// run waits for it, and a node that stops, which may take 3 s itself.
inline constexpr std::chrono::milliseconds destruction{2'000};

/// So long after a run has begun, workers are prepared for the next one: not earlier, because its
/// own first steps need the cores. After the end of a run that was shorter, too, because its head
/// may be about to end, unless the next run waits already.
inline constexpr std::chrono::milliseconds fresh_workers_after{100};

/// How long a question to a worker's proxy may take, which never computes.
inline constexpr std::chrono::milliseconds status_answer{1'000};

/// A link between machines on which nothing came for so long is dead.
inline constexpr std::chrono::milliseconds silence{10'000};

/// Progress of one solver is passed on at most this often.
inline constexpr std::chrono::milliseconds progress_interval{100};

/// Bytes of a progress note.
inline constexpr std::size_t note_bytes = 200;

/// Steps and reports that are kept of one run, the newest.
inline constexpr std::size_t kept_steps = 10'000;
inline constexpr std::size_t kept_reports = 10'000;

/// Bytes of what is kept of all runs, unless told otherwise (controller_options::history_bytes).
inline constexpr std::size_t history_bytes = std::size_t{256} << 20U;

/// Runs that are kept after their end, in one head.
inline constexpr std::size_t kept_runs = 1'000;

/// Runs that may wait in one head. What their parameters take counts as history.
inline constexpr std::size_t queued_runs = 10'000;

} // namespace lockstep::limits
