// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/json.hpp>

#include <string>

namespace lockstep {

/// The number of this name in an object; `otherwise` where there is none. A number that is not
/// finite travels as null, so null is none.
inline double number_of(const json& object, const std::string& name, double otherwise = 0) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? found->get<double>() : otherwise;
}

} // namespace lockstep
