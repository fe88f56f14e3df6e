// SPDX-License-Identifier: BSD-3-Clause

#include "control/models/model_paths.hpp"

#include "control/client/usage_error.hpp"
#include "control/rpc/error.hpp"

#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace lockstep {

namespace fs = std::filesystem;

namespace {

std::string whole_name(const std::string& model) {
  auto name = model.find('/') == std::string::npos ? model : fs::absolute(model).string();
  if (!is_utf8(name))
    throw usage_error("the name of the model is not UTF-8, " + name +
                      ": give the file another name, or a link");
  return name;
}

} // namespace

std::string own_search_path() {
  const char* set = std::getenv("LOCKSTEP_PATH");
  std::string path;
  std::istringstream parts{set ? set : ""};
  for (std::string folder; std::getline(parts, folder, ':');) {
    if (folder.empty())
      continue;
    const auto whole = fs::absolute(folder).string();
    if (!is_utf8(whole))
      throw usage_error("a folder of LOCKSTEP_PATH is not UTF-8, " + whole +
                        ": give it another name, or a link");
    path += (path.empty() ? "" : ":") + whole;
  }
  return path;
}

json model_params(connection& link) {
  json params = json::object();
  auto path = own_search_path();
  if (path.empty())
    return params;
  // Until the head has taken the connection, the other end of it belongs to nobody.
  link.call("system.describe");
  if (link.is_of_own_user())
    params["search_path"] = std::move(path);
  return params;
}

json model_params(connection& link, const std::string& model) {
  auto params = model_params(link);
  params["model"] = whole_name(model);
  return params;
}

json description_of_model(connection& link, const std::string& model) {
  try {
    return link.call("models.describe", model_params(link, model), model_limit);
  } catch (const call_failed& why) {
    std::error_code ignored;
    if (why.code != rpc_code::no_such_model || !fs::is_regular_file(model, ignored))
      throw;
    throw call_failed(why.code, why.what(), model + " is a file here: say ./" + model + ".");
  }
}

void check_model_names(const std::string& model) {
  static_cast<void>(own_search_path());
  static_cast<void>(whole_name(model));
}

} // namespace lockstep
