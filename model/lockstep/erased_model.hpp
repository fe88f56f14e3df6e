// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/driver.hpp>
#include <lockstep/parameters.hpp>
#include <lockstep/seat.hpp>
#include <lockstep/solver.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lockstep {

/// Changes whenever a class that crosses the border between the runtime and a model's library does.
/// A library with another number is refused when it is loaded.
inline constexpr std::uint32_t abi_number = 5;

/// Changes whenever the codec writes the same value as other bytes.
inline constexpr std::uint32_t codec_version = 1;

/// Of this machine, in which the codec writes numbers.
constexpr std::uint32_t own_byte_order() {
  return std::endian::native == std::endian::little ? 1234 : 4321;
}

/// How a plan ended.
struct plan_outcome {
  enum class ending : std::uint8_t { returned, failed, cancelled };
  ending how = ending::returned;
  json result;                             ///< what the plan returned; null where that is nothing
  failure thrown;                          ///< what it threw, where it failed
  std::optional<step_failure> failed_step; ///< set where the exception was a step_failed
};

/// A registered model behind one face. One object per model, alive as long as its library; all
/// calls may come from any thread, and none throws.
class model {
public:
  virtual ~model() = default;

  /// The name by which it is asked for.
  [[nodiscard]] virtual const std::string& name() const = 0;

  /// A sentence for people; may be empty.
  [[nodiscard]] virtual const std::string& summary() const = 0;

  /// The parameters that it describes, in their order. A model that describes none takes any.
  [[nodiscard]] virtual const std::vector<parameter>& parameters() const = 0;

  /// The sentence of the model's own check against parameters that are complete and of the right
  /// types; empty where they go together, or where it has no check. Of several checks the first
  /// that refuses counts; what one throws is its sentence.
  [[nodiscard]] virtual std::string check(const json& parameters) const = 0;

  /// Constructs a solver for its seat, or tells what its constructor threw.
  [[nodiscard]] virtual std::variant<std::unique_ptr<solver>, failure>
  new_solver(const seat& place) const = 0;

  /// Runs the plan from start to result on the calling thread. `runtime` must live until it
  /// returns.
  [[nodiscard]] virtual plan_outcome run_plan(driver& runtime) const = 0;

  /// Combines the answers of a reduce, at least one and in the order of their solvers, into one of
  /// at most `limit` bytes, or into one slice of it. `operation` is a key of the operation_table.
  /// The slices, joined in order, are the whole; where it cannot be cut, the first is the whole and
  /// the others are empty.
  [[nodiscard]] virtual outcome combine(std::string_view operation, std::span<const blob> answers,
                                        std::size_t limit, slice wanted) const = 0;
};

} // namespace lockstep

extern "C" {

/// What a model library offers: found by the name of `lockstep_library_entry` below. The first
/// members never change, so that any runtime can read the ABI number of any library.
struct lockstep_library {
  std::uint32_t abi;                    ///< the abi_number that it was built with
  std::size_t count;                    ///< of its models
  const lockstep::model* const* models; ///< so many; alive as long as the library
  std::uint32_t codec;                  ///< version of the bytes that the codec writes
  std::uint32_t byte_order;             ///< 1234: the least byte first; 4321: the most
  const char* wrong;                    ///< why none of it can be used, a sentence; else empty
};

} // extern "C"
