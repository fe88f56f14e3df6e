// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/models/model_answers.hpp"

#include "actors/loaders/parameter_check.hpp"

#include <string>
#include <utility>

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

} // namespace

model_answers::model_answers(caf::scheduled_actor* self, call_answers& answers,
                             model_look_ups& models)
    : answers_(answers), models_(models), looks_(self, answers) {}

void model_answers::list(const caller& who, const json& params) {
  looks_.await_turn(who, [this, who, params] {
    models_.look_up(
        params,
        [](const std::string&, const std::string& path, asked when) {
          return recall_models(path, when);
        },
        [this, who](const catalogue_contents& found) {
          answers_.answer(who, contents_to_json(found));
        },
        [this, who](rpc_error error) { answers_.fail(who, std::move(error)); });
    looks_.end_turn();
  });
}

void model_answers::describe(const caller& who, const json& params) {
  looks_.await_turn(who, [this, who, params] {
    models_.look_up(
        params, recall_model,
        [this, who, params](const known_or_refused& found) {
          if (found)
            answers_.answer(who, description_of(*found));
          else
            answers_.fail(who, models_.library_error(found.error(), params));
        },
        [this, who](rpc_error error) { answers_.fail(who, std::move(error)); });
    looks_.end_turn();
  });
}

void model_answers::drop(std::uint64_t connection) {
  looks_.drop(connection);
}

} // namespace lockstep
