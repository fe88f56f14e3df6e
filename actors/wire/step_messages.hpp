// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/driver.hpp>
#include <lockstep/error.hpp>
#include <lockstep/solver.hpp>

#include <cstdint>
#include <string>

/// What several conversations have in common: the kind of a step, what went wrong, and which part
/// of a reduction. The types are those of the model header.

namespace lockstep {

template <class Inspector>
bool inspect(Inspector& f, step_kind& x) {
  auto get = [&x] { return static_cast<std::uint8_t>(x); };
  auto set = [&x](std::uint8_t number) {
    if (number > static_cast<std::uint8_t>(step_kind::reduce))
      return false;
    x = static_cast<step_kind>(number);
    return true;
  };
  return f.apply(get, set);
}

template <class Inspector>
bool inspect(Inspector& f, step_failure& x) {
  return f.object(x).fields(f.field("step", x.step), f.field("solver", x.solver),
                            f.field("node", x.node), f.field("type", x.type),
                            f.field("text", x.text), f.field("log", x.log),
                            f.field("signal", x.signal), f.field("exit_code", x.exit_code));
}

template <class Inspector>
bool inspect(Inspector& f, slice& x) {
  return f.object(x).fields(f.field("index", x.index), f.field("count", x.count));
}

} // namespace lockstep
