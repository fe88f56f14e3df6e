#pragma once

#include <lockstep/parameters.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lockstep {

/// "integer", "number", "string", "boolean", "object" or "array", as JSON Schema calls them.
std::string_view to_string(parameter_type type);

/// For `models.describe`: name, type, default, help, and the limits that there are.
json to_json_description(const parameter& described);

/// Why parameters were refused.
struct bad_parameter {
  std::string name;
  std::string why; ///< a sentence without the name
};

/// The given parameters with defaults filled in, or the first one that is wrong: of another type,
/// out of range, not among the choices, missing, or unknown (the nearest known name is proposed).
/// A model that describes no parameter takes any.
std::variant<json, bad_parameter> checked_parameters(const std::vector<parameter>& described,
                                                     const json& given);

} // namespace lockstep
