// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/erased_model.hpp>

#include <tl/expected.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

/// "integer", "number", "string", "boolean", "object" or "array", as JSON Schema calls them, and
/// "file".
std::string_view to_string(parameter_type type);

/// For `models.describe`: name, type, default, help, and the limits that there are.
json to_json_description(const parameter& described);

/// Why parameters were refused.
struct bad_parameter {
  std::string name; ///< empty where they do not go together
  std::string why;  ///< a sentence without the name
};

/// For whoever gave them.
std::string to_sentence(const bad_parameter& refused, const std::string& model);

/// The given parameters with defaults filled in, or the first one that is wrong: of another type,
/// out of range, not among the choices, missing, or unknown (the nearest known name is proposed).
/// A file must be there and its path absolute; of one to be written, its folder. A model that
/// describes no parameter takes any.
tl::expected<json, bad_parameter> checked_parameters(const std::vector<parameter>& described,
                                                     const json& given);

/// How long a model's own check, and looks at files, may take.
inline constexpr std::chrono::milliseconds check_limit{2'000};

/// Likewise, and they must pass the model's own check. That is code of the model, and files may lie
/// where nobody answers, so there is a thread for each call: one that does not return within
/// `limit` refuses them, and so does every further call for this model at once until its check has
/// returned, or for any where too many wait for files. Thread-safe; waits.
tl::expected<json, bad_parameter> checked_parameters(const model& of, const json& given,
                                                     std::chrono::milliseconds limit = check_limit);

} // namespace lockstep
