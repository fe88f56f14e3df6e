// SPDX-License-Identifier: BSD-3-Clause

#include "actors/loaders/reserved_names.hpp"

#include <lockstep/erased_model.hpp>

#include <algorithm>

namespace lockstep {

namespace {

std::string why_not_name(const model& of, const std::string& name) {
  if (name.empty() || name.starts_with('-') || name.find('=') != std::string::npos)
    return "which cannot be typed as --name value";
  if (std::ranges::find(names_of_run_options, name) != names_of_run_options.end())
    return "but `control run` takes --" + name + " for itself";
  if (std::ranges::count(of.parameters(), name, &parameter::name) > 1)
    return "more than once";
  return {};
}

} // namespace

std::string why_not_typed(const model& of) {
  for (const auto& one : of.parameters())
    if (const auto why = why_not_name(of, one.name); !why.empty())
      return "its model " + of.name() + " has a parameter '" + one.name + "', " + why +
             ": give it another name";
  return {};
}

} // namespace lockstep
