// SPDX-License-Identifier: BSD-3-Clause

#include "control/rpc/rights.hpp"

#include <string>
#include <utility>

namespace lockstep {

namespace {

std::string text_of(std::string_view text) {
  return std::string{text};
}

rpc_error needs_role(std::string what, access_role needed, access_role shown,
                     const std::string& hint) {
  return make_rpc_error(rpc_code::forbidden,
                        std::move(what) + " needs the role " + text_of(to_string(needed)) +
                            ", and this connection has " + text_of(to_string(shown)) + ".",
                        hint + "`control token create --role " + text_of(to_string(needed)) +
                            "` makes one.");
}

/// As it was given, by name or by position; null where it was not.
const json* value_of(const method_spec& method, std::size_t position, const json& params) {
  if (params.is_array())
    return position < params.size() ? &params[position] : nullptr;
  const auto found = params.find(method.params[position].name);
  return found == params.end() ? nullptr : &*found;
}

bool names_files(const param_spec& param, const json* value) {
  if (value == nullptr || !value->is_string() || param.reach == param_reach::nothing)
    return false;
  return param.reach == param_reach::folders ||
         value->get_ref<const std::string&>().find('/') != std::string::npos;
}

} // namespace

json params_that_name_files(const method_spec& method, const json& params) {
  json named = json::object();
  for (std::size_t i = 0; i < method.params.size(); ++i)
    if (const auto* value = value_of(method, i, params); names_files(method.params[i], value))
      named[text_of(method.params[i].name)] = *value;
  return named;
}

std::optional<rpc_error> refusal_of_method(const method_spec& method, const caller_rights& caller) {
  if (caller.role >= method.role)
    return std::nullopt;
  return needs_role(text_of(method.name), method.role, caller.role, "Use a token of that role: ");
}

std::optional<rpc_error> refusal_of_params(const method_spec& method, const json& params,
                                           const caller_rights& caller) {
  for (std::size_t i = 0; i < method.params.size(); ++i) {
    const auto& param = method.params[i];
    if (!names_files(param, value_of(method, i, params)))
      continue;
    if (caller.role < access_role::admin)
      return needs_role(text_of(method.name) + " with " +
                            (param.reach == param_reach::folders ? text_of(param.name) : "a path"),
                        access_role::admin, caller.role,
                        "Ask for a model by its name, or use a token of that role: ");
    if (param.reach == param_reach::folders && !caller.is_own_user)
      return make_rpc_error(rpc_code::forbidden,
                            "The parameter \"" + text_of(param.name) +
                                "\" is for the user who runs the head, on its machine.",
                            "Leave it out: the head looks in its own folders.");
  }
  return std::nullopt;
}

} // namespace lockstep
