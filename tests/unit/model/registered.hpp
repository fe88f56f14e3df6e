#pragma once

#include <lockstep/model.hpp>

#include <stdexcept>
#include <string>

namespace lockstep {

/// The model of this program with the given name.
inline const model& registered(const std::string& name) {
  for (const auto* entry : detail::registered_models())
    if (entry->name() == name)
      return *entry;
  throw std::out_of_range("no model " + name);
}

} // namespace lockstep
