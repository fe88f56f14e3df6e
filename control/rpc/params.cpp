// SPDX-License-Identifier: BSD-3-Clause

#include "control/rpc/params.hpp"

#include "control/rpc/text.hpp"

#include "platform/text/nearest_name.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

namespace lockstep {

namespace {

std::string usage(const method_spec& method) {
  std::string text = std::string(method.name) + " takes ";
  if (method.params.empty())
    return text + "no parameters.";
  for (const auto& param : method.params) {
    text += &param == &method.params.front() ? "" : ", ";
    text += param.name;
    text += param.required ? "" : " (optional)";
  }
  return text + ".";
}

rpc_error wrong(const method_spec& method, std::string message, std::string_view member) {
  auto error = make_rpc_error(rpc_code::invalid_params, std::move(message), usage(method));
  if (!member.empty())
    error.data["parameter"] = member.substr(0, 60);
  return error;
}

/// `value` as an integer in range; 3.0 is one, as in JSON Schema.
std::optional<std::int64_t> integer_in(const json& value, const param_spec& param) {
  std::int64_t number = 0;
  if (value.is_number_float()) {
    const double real = value.get<double>();
    if (std::trunc(real) != real || std::abs(real) > 9007199254740992.0)
      return std::nullopt;
    number = static_cast<std::int64_t>(real);
  } else if (value.is_number_unsigned()) {
    if (value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
      return std::nullopt;
    number = value.get<std::int64_t>();
  } else if (value.is_number_integer()) {
    number = value.get<std::int64_t>();
  } else {
    return std::nullopt;
  }
  if (number < param.minimum || number > param.maximum)
    return std::nullopt;
  return number;
}

bool is_choice(const json& value, const param_spec& param) {
  if (!value.is_string())
    return false;
  return param.choices.empty() ||
         std::ranges::find(param.choices, value.get_ref<const std::string&>()) !=
             param.choices.end();
}

/// Whether `value` suits; makes a whole floating-point number an integer.
bool fits(json& value, const param_spec& param) {
  switch (param.type) {
  case param_type::integer: {
    const auto number = integer_in(value, param);
    if (number)
      value = *number;
    return number.has_value();
  }
  case param_type::number:
    return value.is_number() && value.get<double>() >= static_cast<double>(param.minimum) &&
           value.get<double>() <= static_cast<double>(param.maximum);
  case param_type::boolean:
    return value.is_boolean();
  case param_type::string:
    return is_choice(value, param);
  case param_type::object:
    return value.is_object();
  case param_type::string_list:
    return value.is_array() && std::ranges::all_of(value, [&param](const json& member) {
             return is_choice(member, param);
           });
  }
  return false;
}

std::string listed(const std::vector<std::string_view>& choices) {
  std::string text;
  for (const auto choice : choices) {
    text += text.empty() ? "" : ", ";
    text += in_quotes(choice);
  }
  return text;
}

std::string wanted(const param_spec& param) {
  switch (param.type) {
  case param_type::integer:
    return "an integer from " + std::to_string(param.minimum) + " to " +
           std::to_string(param.maximum);
  case param_type::number:
    return "a number from " + std::to_string(param.minimum) + " to " +
           std::to_string(param.maximum);
  case param_type::boolean:
    return "true or false";
  case param_type::string:
    return param.choices.empty() ? "a string" : "one of " + listed(param.choices);
  case param_type::object:
    return "an object";
  case param_type::string_list:
    return param.choices.empty() ? "an array of strings"
                                 : "an array of strings out of " + listed(param.choices);
  }
  return {};
}

std::string shown(const json& value) {
  if (value.is_structured())
    return value.is_array() ? "an array" : "an object";
  return value.is_string() ? in_quotes(value.get_ref<const std::string&>()) : value.dump();
}

std::optional<rpc_error> check_one(const method_spec& method, const param_spec& param,
                                   json& params) {
  const auto found = params.find(param.name);
  const bool given = found != params.end() && (param.required || !found->is_null());
  if (given && !fits(*found, param))
    return wrong(method,
                 "The parameter " + in_quotes(param.name) + " must be " + wanted(param) + ", not " +
                     shown(*found) + ".",
                 param.name);
  if (!given && param.required)
    return wrong(method, "The parameter " + in_quotes(param.name) + " is missing.", param.name);
  if (!given) {
    params.erase(std::string(param.name));
    if (!param.fallback.is_null())
      params[std::string(param.name)] = param.fallback;
  }
  return std::nullopt;
}

std::optional<rpc_error> find_unknown(const method_spec& method, const json& params) {
  for (const auto& [name, value] : params.items()) {
    if (std::ranges::find(method.params, name, &param_spec::name) != method.params.end())
      continue;
    std::vector<std::string_view> names;
    for (const auto& param : method.params)
      names.push_back(param.name);
    const auto nearest = nearest_name(name, names);
    return wrong(method,
                 std::string(method.name) + " has no parameter " + in_quotes(name) + "." +
                     (nearest.empty() ? "" : " Did you mean " + in_quotes(nearest) + "?"),
                 name);
  }
  return std::nullopt;
}

json by_name(const method_spec& method, json&& list) {
  json params = json::object();
  for (std::size_t i = 0; i < list.size(); ++i)
    params[std::string(method.params[i].name)] = std::move(list[i]);
  return params;
}

} // namespace

tl::expected<json, rpc_error> check_params(const method_spec& method, json params) {
  if (params.is_array()) {
    if (params.size() > method.params.size())
      return tl::unexpected(wrong(method,
                                  std::string(method.name) + " takes at most " +
                                      std::to_string(method.params.size()) + " by position, and " +
                                      std::to_string(params.size()) + " were given.",
                                  {}));
    params = by_name(method, std::move(params));
  }
  if (auto error = find_unknown(method, params))
    return tl::unexpected(*std::move(error));
  for (const auto& param : method.params)
    if (auto error = check_one(method, param, params))
      return tl::unexpected(*std::move(error));
  return params;
}

} // namespace lockstep
