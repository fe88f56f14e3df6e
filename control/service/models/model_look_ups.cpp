// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/models/model_look_ups.hpp"

#include <sstream>

namespace lockstep {

model_look_ups::model_look_ups(control_actor::pointer self, controller_actor controller,
                               std::string search_path)
    : self_(self), controller_(std::move(controller)), search_path_(std::move(search_path)) {}

/// The first entry of a search path that is not absolute: relative to whose folder?
std::optional<rpc_error> model_look_ups::relative_folder(const json& params) {
  std::istringstream parts{params.value("search_path", "")};
  for (std::string folder; std::getline(parts, folder, ':');)
    if (!folder.empty() && folder.front() != '/')
      return make_rpc_error(rpc_code::invalid_params,
                            "The folder \"" + folder + "\" of search_path must be absolute.");
  return std::nullopt;
}

rpc_error model_look_ups::changing_library() {
  return make_rpc_error(rpc_code::model_refused,
                        "A library changes while it is looked at, or the head lacks memory, "
                        "processes or descriptors to try it.",
                        "Try again when it is whole.");
}

std::string model_look_ups::search_path(const json& params) const {
  const auto callers = params.value("search_path", "");
  return callers.empty() ? search_path_ : callers + ':' + search_path_;
}

rpc_error model_look_ups::library_error(const refused_library& refused, const json& params) const {
  // A path was found and refused; a mere name was not found.
  if (refused.path.find('/') != std::string::npos)
    return make_rpc_error(
        rpc_code::model_refused, "Model library " + refused.path + ": " + refused.why + ".",
        refused.is_passing ? "It is tried again when the file has changed, or after 10 s."
                           : "It is tried again when the file has changed.");
  const auto callers = params.value("search_path", "");
  return make_rpc_error(
      rpc_code::no_such_model, "Model " + refused.path + ": " + refused.why + ".",
      callers.empty() ? "It was looked for in the folders of the head, " + search_path_ +
                            "; the LOCKSTEP_PATH of a client counts where it is the head's own "
                            "user, on the head's machine."
                      : "It was looked for in the LOCKSTEP_PATH of the client, " + callers +
                            ", then in the folders of the head, " + search_path_ + ".");
}

void model_look_ups::end_when_idle() {
  if (under_way_ > 0)
    ends_when_idle_ = true;
  else
    caf_compat::send(self_, controller_, shut_down{true});
}

/// An end that was asked for behind a start comes behind it.
void model_look_ups::one_is_over() {
  if (--under_way_ == 0 && std::exchange(ends_when_idle_, false))
    caf_compat::send(self_, controller_, shut_down{true});
}

} // namespace lockstep
