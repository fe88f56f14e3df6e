// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// Takes the model out of the words after `run`: the first that is no option, and cannot be the
/// value of the option before it. None where there is no such word.
std::optional<std::string> take_model(std::vector<std::string>& words);

/// Turns `--name value`, `--name=value` and `--flag` into values, by what
/// `models.describe` says of the model. A model that describes no parameter
/// takes any name; values that are JSON are taken as such, others as text. Files become absolute.
/// Throws usage_error; ranges and missing values are the head's to check.
json parameters_from(const std::vector<std::string>& words, const json& description);

/// What `control run MODEL --help` says of the model's own parameters.
std::string help_for(const json& description);

} // namespace lockstep
