// SPDX-License-Identifier: BSD-3-Clause

#include "control/rpc/open_rpc.hpp"

#include "control/rpc/methods.hpp"
#include "control/rpc/schemas.hpp"

namespace lockstep {

namespace {

json string_schema(const param_spec& param) {
  json schema{{"type", "string"}};
  if (!param.choices.empty())
    schema["enum"] = param.choices;
  return schema;
}

json param_schema(const param_spec& param) {
  json schema;
  switch (param.type) {
  case param_type::integer:
    schema = {{"type", "integer"}, {"minimum", param.minimum}, {"maximum", param.maximum}};
    break;
  case param_type::number:
    schema = {{"type", "number"}, {"minimum", param.minimum}, {"maximum", param.maximum}};
    break;
  case param_type::boolean:
    schema = {{"type", "boolean"}};
    break;
  case param_type::string:
    schema = string_schema(param);
    break;
  case param_type::object:
    schema = schemas::object();
    break;
  case param_type::string_list:
    schema = schemas::list_of(string_schema(param));
    break;
  }
  if (!param.fallback.is_null())
    schema["default"] = param.fallback;
  return schema;
}

json params_of(const method_spec& method) {
  json list = json::array();
  for (const auto& param : method.params)
    list.push_back({{"name", param.name},
                    {"description", param.description},
                    {"required", param.required},
                    {"schema", param_schema(param)}});
  return list;
}

json error_object(int code) {
  const auto* entry = find_rpc_code(code);
  return {{"code", code}, {"message", entry->sentence}, {"data", {{"name", entry->name}}}};
}

json method_object(const method_spec& method, std::string_view name) {
  json errors = json::array();
  for (const int code : method.errors)
    errors.push_back(error_object(code));
  return {{"name", name},
          {"summary", method.summary},
          {"x-role", to_string(method.role)},
          {"paramStructure", "either"},
          {"params", params_of(method)},
          {"result",
           {{"name", method.result.name},
            {"description", method.result.description},
            {"schema", method.result.schema}}},
          {"errors", std::move(errors)}};
}

json error_components() {
  json errors = json::object();
  for (const auto& entry : rpc_codes) {
    std::string key(entry.name);
    for (char& c : key)
      if (c == ' ')
        c = '_';
    errors[key] = error_object(entry.code);
  }
  return errors;
}

} // namespace

json open_rpc_document(std::string_view version) {
  json list = json::array();
  for (const auto& method : methods()) {
    list.push_back(method_object(method, method.name));
    if (!method.alias.empty())
      list.push_back(method_object(method, method.alias));
  }
  return {{"openrpc", "1.2.6"},
          {"info",
           {{"title", "Lockstep"},
            {"version", version},
            {"description", "Runs step-wise numerical models on every core. One JSON object, or "
                            "one array of them, on each line of a TCP connection."}}},
          {"methods", std::move(list)},
          {"components", {{"schemas", schemas::components()}, {"errors", error_components()}}}};
}

} // namespace lockstep
