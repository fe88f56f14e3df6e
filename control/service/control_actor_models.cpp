// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/control_actor.hpp"

#include "control/service/rpc_errors.hpp"

#include "actors/loaders/catalogue.hpp"
#include "actors/wire/caf_compat.hpp"

#include <random>
#include <sstream>
#include <utility>

// What a control actor does with models. It answers from what the catalogue remembers; a library
// that is new or has changed is tried by an actor beside it, and others are answered meanwhile.

namespace lockstep {

namespace {

json text_or_null(const std::string& text) {
  return text.empty() ? json() : json(text);
}

json model_to_json(const known_model& known) {
  return {{"name", known.entry->name()},
          {"summary", known.entry->summary()},
          {"path", text_or_null(known.reference.path)},
          {"sha256", text_or_null(known.reference.sha256)}};
}

json contents_to_json(const catalogue_contents& found) {
  json models = json::array();
  for (const auto& known : found.models)
    models.push_back(model_to_json(known));
  json hidden = json::array();
  for (const auto& one : found.hidden)
    hidden.push_back(
        {{"name", one.reference.name}, {"path", one.reference.path}, {"by", text_or_null(one.by)}});
  json refused = json::array();
  for (const auto& one : found.refused)
    refused.push_back({{"path", one.path}, {"why", one.why}});
  return {{"models", std::move(models)},
          {"hidden", std::move(hidden)},
          {"refused", std::move(refused)}};
}

json description_of(const known_model& known) {
  auto text = model_to_json(known);
  text["abi"] = abi_number;
  text["parameters"] = json::array();
  for (const auto& one : known.entry->parameters())
    text["parameters"].push_back(to_json_description(one));
  return text;
}

/// The first entry of a search path that is not absolute: relative to whose folder?
std::string relative_folder_in(const std::string& search_path) {
  std::istringstream parts{search_path};
  for (std::string folder; std::getline(parts, folder, ':');)
    if (!folder.empty() && folder.front() != '/')
      return folder;
  return {};
}

std::uint64_t drawn_seed() {
  return std::random_device{}();
}

} // namespace

std::string control_actor_state::search_path(const json& params) const {
  const auto callers = params.value("search_path", "");
  return callers.empty() ? facts_.search_path : callers + ':' + facts_.search_path;
}

rpc_error control_actor_state::library_error(const refused_library& refused,
                                             const json& params) const {
  // A path was found and refused; a mere name was not found.
  if (refused.path.find('/') != std::string::npos)
    return make_rpc_error(
        rpc_code::model_refused, "Model library " + refused.path + ": " + refused.why + ".",
        refused.is_passing ? "It is tried again when the file has changed, or after 10 s."
                           : "It is tried again when the file has changed.");
  const auto callers = params.value("search_path", "");
  return make_rpc_error(
      rpc_code::no_such_model, "Model " + refused.path + ": " + refused.why + ".",
      callers.empty() ? "It was looked for in the folders of the head, " + facts_.search_path +
                            "; the LOCKSTEP_PATH of a client counts where it is the head's own "
                            "user, on the head's machine."
                      : "It was looked for in the LOCKSTEP_PATH of the client, " + callers +
                            ", then in the folders of the head, " + facts_.search_path + ".");
}

/// Calls `use` with what `recall` gives for the model and the search path, at once where the
/// catalogue remembers, else when what is missing has been tried.
template <class Recall, class Use>
void control_actor_state::look_up(const caller& who, const json& params, Recall recall, Use use) {
  if (const auto relative = relative_folder_in(params.value("search_path", "")); !relative.empty())
    return fail(who,
                make_rpc_error(rpc_code::invalid_params,
                               "The folder \"" + relative + "\" of search_path must be absolute."));
  const auto model = params.value("model", "");
  const auto path = search_path(params);
  if (auto found = recall(model, path, asked::first))
    return use(*std::move(found));
  if (!trials_)
    trials_ = spawn_trials(self_->system());
  ++look_ups_;
  caf_compat::request(self_, trials_, caf::infinite, model, path)
      .then(
          [this, who, model, path, recall, use] {
            if (auto found = recall(model, path, asked::after_trial))
              use(*std::move(found));
            else
              fail(who, make_rpc_error(rpc_code::model_refused,
                                       "A library changes while it is looked at, or the head lacks "
                                       "memory, processes or descriptors to try it.",
                                       "Try again when it is whole."));
            look_up_is_over();
          },
          [this, who](const caf::error& why) {
            trials_ = nullptr; // it is gone, the next one may do better
            fail(who, to_rpc_error(why));
            look_up_is_over();
          });
}

/// An end that was asked for behind a start comes behind it.
void control_actor_state::look_up_is_over() {
  if (--look_ups_ == 0 && std::exchange(ends_when_idle_, false))
    caf_compat::send(self_, controller_, shut_down{true});
}

// Even what is remembered costs a look at each file, so whoever only looks does so in turns. What
// has to be tried is waited for outside of them.

void control_actor_state::list_models(const caller& who, const json& params) {
  await_turn(looks_, who, [this, who, params] {
    look_up(
        who, params,
        [](const std::string&, const std::string& path, asked when) {
          return recall_models(path, when);
        },
        [this, who](const catalogue_contents& found) { answer(who, contents_to_json(found)); });
    end_turn(looks_);
  });
}

void control_actor_state::describe_model(const caller& who, const json& params) {
  await_turn(looks_, who, [this, who, params] {
    look_up(who, params, recall_model, [this, who, params](const known_or_refused& found) {
      if (found)
        answer(who, description_of(*found));
      else
        fail(who, library_error(found.error(), params));
    });
    end_turn(looks_);
  });
}

void control_actor_state::call_start(const caller& who, json& params) {
  const bool waits = params.value("end_with_connection", false);
  if (waits && !sink_.is_open(who.connection)) // nobody would tell of its end again
    return fail(who, make_rpc_error(rpc_code::shutting_down, "The connection has ended."));
  if (waits || purpose_ != purpose::stays) {
    claims_.asked({who.connection, who.token}, waits);
    watch_no_more_than_wanted();
  }
  const auto wanted = std::make_shared<json>(std::move(params)); // which may be large
  look_up(who, *wanted, recall_model,
          [this, who, wanted](const known_or_refused& found) { check(who, wanted, found); });
}

void control_actor_state::check(const caller& who, const std::shared_ptr<json>& params,
                                const known_or_refused& found) {
  if (!found)
    return fail(who, library_error(found.error(), *params));
  if (!checks_)
    checks_ = spawn_checks(self_->system());
  ++look_ups_;
  const auto model = found->reference;
  caf_compat::request(self_, checks_, caf::infinite, model, std::move(params->at("parameters")))
      .then(
          [this, who, params, model](const packed_json& parameters) {
            start(who, *params, model, parameters);
            look_up_is_over();
          },
          [this, who](const caf::error& why) {
            if (why.category() != caf::type_id_v<errc>) // it is gone, the next one may do better
              checks_ = nullptr;
            fail(who, to_rpc_error(why));
            look_up_is_over();
          });
}

void control_actor_state::start(const caller& who, const json& params, const model_reference& model,
                                const packed_json& parameters) {
  start_run request;
  request.model = model;
  request.parameters = parameters;
  request.solvers = params.value("solvers", std::uint64_t{0});
  request.solvers_per_node = params.value("solvers_per_node", std::uint64_t{0});
  request.seed = params.contains("seed") ? params.at("seed").get<std::uint64_t>() : drawn_seed();
  request.cancel_grace_ms = params.value("cancel_grace_ms", std::int64_t{0});
  request.push_models = params.value("push_models", false);
  request.wait_for_nodes = params.value("wait_for_nodes", false);
  caf_compat::request(self_, controller_, caf::infinite, std::move(request))
      .then([this, who](const run_info& started) { accept_run(who, started); },
            [this, who](const caf::error& why) { fail(who, to_rpc_error(why)); });
}

} // namespace lockstep
