// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/blob.hpp>
#include <lockstep/error.hpp>
#include <lockstep/step_context.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace lockstep {

/// Bytes, or what user code threw instead.
using outcome = std::variant<blob, failure>;

/// One of `count` parts of a vector, as equal as can be: their lengths differ by one at most.
struct slice {
  std::uint64_t index = 0; ///< 0 … count-1
  std::uint64_t count = 1; ///< at least 1; below 2^32, so that nothing overflows

  /// The first element of this part of a vector of so many elements.
  [[nodiscard]] std::uint64_t begin_of(std::uint64_t elements) const {
    return elements / count * index + elements % count * index / count;
  }
  /// The one behind its last.
  [[nodiscard]] std::uint64_t end_of(std::uint64_t elements) const {
    return slice{index + 1, count}.begin_of(elements);
  }
};

/// A user's solver behind one face, so that the runtime needs to know no type of the model. Nothing
/// here throws: exceptions of user code become values before they leave the model's library.
/// Used by one thread at a time.
class solver {
public:
  virtual ~solver() = default;

  /// Runs the step with the given key (see step_table) on an encoded argument, and gives its
  /// encoded answer: an empty blob of a step that returns nothing. A failure of type "unknown_step"
  /// where this build of the model has no such step.
  virtual outcome call(std::string_view key, const blob& argument, step_context& context) = 0;

  /// False for a class without `serialize`: it merely has no snapshot.
  [[nodiscard]] virtual bool has_snapshot() const = 0;

  /// The solver's state as bytes; a failure of type "no_snapshot" where it has none.
  virtual outcome save() = 0;

  /// Puts a saved state back; none if that went well. After a failure its state is unspecified.
  virtual std::optional<failure> restore(const blob& snapshot) = 0;
};

} // namespace lockstep
