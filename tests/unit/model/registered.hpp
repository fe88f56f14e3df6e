// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/model.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace lockstep {

/// The model of this program with the given name.
inline const model& registered(std::string_view name) {
  for (const auto* entry : detail::registered_models())
    if (entry->name() == name)
      return *entry;
  throw std::out_of_range("no model " + std::string{name});
}

} // namespace lockstep
