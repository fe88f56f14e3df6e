// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/blob.hpp>
#include <lockstep/error.hpp>
#include <lockstep/json.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lockstep {

/// How a step's arguments reach the solvers and what becomes of the answers.
enum class step_kind : std::uint8_t {
  broadcast, ///< the same argument to all
  scatter,   ///< one argument each
  map,       ///< any number of items, whoever is free takes the next
  reduce     ///< as broadcast, answers combined on the way home
};

/// One step as the plan asks for it, its values already encoded.
struct step_call {
  step_kind kind = step_kind::broadcast;
  std::string key;             ///< which member function, see step_table
  std::string name;            ///< its plain name, for people
  std::vector<blob> arguments; ///< one (broadcast, reduce), N (scatter) or one per item (map)
  std::string operation;       ///< reduce: the combining function, see operation_table
  std::size_t chunk = 0;       ///< map: items handed out at once; 0 lets the runtime choose
  /// None, or max(), for no limit. With one of 0 or less the step fails before anybody begins it.
  std::optional<std::chrono::milliseconds> time_limit;
};

/// Told to a driver's caller once the run was cancelled.
struct cancelled_tag {};

/// The answers in order of solver index (map: of items; reduce: exactly one), or why there are
/// none. The answer of a step that returns nothing is an empty blob.
using step_outcome = std::variant<std::vector<blob>, step_failure, cancelled_tag>;

/// What a team stands on: the runtime's end of a run. Used by the plan's thread only, and until the
/// plan has returned.
class driver {
public:
  virtual ~driver() = default;

  /// Carries one step out and returns at its barrier. Never throws.
  virtual step_outcome call(step_call step) = 0;

  /// Passes a report to whoever watches, without waiting for anybody to read it. Dropped once the
  /// plan was given up.
  virtual void report(json value) = 0;

  /// The number N of solvers in the run, at least 1.
  [[nodiscard]] virtual std::size_t size() const = 0;

  /// The run's parameters. Valid as long as the driver.
  [[nodiscard]] virtual const json& params() const = 0;

  /// Whether the run was cancelled. Then every further `call` gives a cancelled_tag.
  [[nodiscard]] virtual bool cancelled() const = 0;

  /// The largest argument or answer, in bytes.
  [[nodiscard]] virtual std::size_t payload_limit() const = 0;

  /// Told by the team: so many seconds went into writing arguments or reading answers.
  virtual void coded(double seconds) = 0;

  /// The next of a row of numbers, which is the same when the run is done again with the same seed.
  virtual std::uint64_t random() = 0;

  /// Since the plan began, pauses included, by a clock that nobody sets. Asked of the driver so
  /// that a run that is repeated after a death can be given the times of the first one; this
  /// version repeats none.
  virtual std::chrono::duration<double> elapsed() = 0;

  /// The date and time of day, asked of the driver for the same reason.
  virtual std::chrono::system_clock::time_point now() = 0;
};

} // namespace lockstep
