// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/ids.hpp"

#include <cstdint>
#include <vector>

/// Head and carriers to the control actor: clients that are gone, and who still wants the head.

namespace lockstep {

/// From the carriers' side: the connection is gone. Sent without waiting for an answer.
struct connection_closed {
  std::uint64_t connection = 0;
};

template <class Inspector>
bool inspect(Inspector& f, connection_closed& x) {
  return f.object(x).fields(f.field("connection", x.connection));
}

/// From the head: the client that started it for itself is gone. Answered with wanted_runs; with
/// none, the head ends.
struct starter_left {};

template <class Inspector>
bool inspect(Inspector& f, starter_left& x) {
  return f.object(x).fields();
}

/// The runs that others still want.
struct wanted_runs {
  std::vector<run_id> runs;
};

template <class Inspector>
bool inspect(Inspector& f, wanted_runs& x) {
  return f.object(x).fields(f.field("runs", x.runs));
}

/// From the control actor to itself: look whether the head is still needed.
struct check_purpose {};

template <class Inspector>
bool inspect(Inspector& f, check_purpose& x) {
  return f.object(x).fields();
}

} // namespace lockstep
